using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Spoke.Configuration;

/// <summary>Encrypts what is stored, by ASP.NET Core's data protection with keys in a folder that only the user can open.</summary>
internal sealed class SecretProtection(string folder, string purpose)
{
    private readonly Lazy<IDataProtector> _protector = new(() =>
    {
        CreateFolder(folder);
        return DataProtectionProvider.Create(new DirectoryInfo(folder), protection => protection.SetApplicationName("spoke")).CreateProtector(purpose);
    });

    public byte[] Protect(byte[] clear)
    {
        var kept = _protector.Value.Protect(clear);
        if (!OperatingSystem.IsWindows())   // the first use made a key, with the mode that the process gives to any file
            foreach (var key in Directory.GetFiles(folder)) File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return kept;
    }

    /// <exception cref="InvalidDataException">The key is gone, or this was not written with it.</exception>
    public byte[] Unprotect(byte[] kept)
    {
        try
        {
            return _protector.Value.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            throw new InvalidDataException($"what is stored in {Path.GetDirectoryName(folder)} cannot be decrypted: its key is gone or the file damaged. Run spoke auth login (or spoke auth store) again.");
        }
    }

    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Written beside and put in place, readable by the user alone from its first byte.</summary>
    public static async Task WriteAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        CreateFolder(Path.GetDirectoryName(file)!);
        var fresh = file + "." + Path.GetRandomFileName();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var stream = new FileStream(fresh, options)) await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        File.Move(fresh, file, overwrite: true);
    }
}
