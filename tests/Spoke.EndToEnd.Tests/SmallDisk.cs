using System.Diagnostics;

namespace Spoke.EndToEnd.Tests;

/// <summary>A file system of a few hundred kilobytes, for running out of room for real. Where it may not be mounted, the test skips and says so.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    public string this[string name] => Path.Combine(_path, name);

    public static SmallDisk Mount(string kilobytes)
    {
        var path = Directory.CreateTempSubdirectory("spoke-disk-").FullName;
        if (OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", path)) return new SmallDisk(path);
        Directory.Delete(path);
        Assert.Skip("A small file system can be mounted by root on Linux only.");
        throw new InvalidOperationException();
    }

    /// <summary>Gives or takes room, or the right to write.</summary>
    public void Remount(string options) => Assert.True(Run("mount", "-o", "remount," + options, _path), "The file system could not be remounted.");

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var ballast = File.Create(this["ballast"], bufferSize: 0);
        foreach (var piece in new[] { 65_536, 4096 })
            try
            {
                while (true) ballast.Write(new byte[piece]);
            }
            catch (IOException)
            {
                // full, to a piece
            }
    }

    /// <summary>Gives back what <see cref="Fill"/> has taken.</summary>
    public void MakeRoom() => File.Delete(this["ballast"]);

    public void Dispose()
    {
        Run("umount", "-l", _path);
        Directory.Delete(_path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
