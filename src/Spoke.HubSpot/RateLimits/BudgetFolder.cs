using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>Which account and app a token belongs to: what limits are counted by.</summary>
internal readonly record struct PortalIdentity(long HubId, long AppId);

/// <summary>
/// The folder through which processes share limits. Files are named by a hash of address, account and app. A token's account and app are
/// remembered under a keyed hash of the token, whose key is made in the folder once: neither tells the token.
/// </summary>
internal sealed class BudgetFolder(string path)
{
    private const int Format = 2;   // of the files of windows; versions that write them differently do not meet
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>In the user's cache folder.</summary>
    public static string Default()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set && Path.IsPathRooted(set) ? set
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return Path.Combine(cache, "spoke", "budget");
    }

    public void Create()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>The file of a window.</summary>
    /// <param name="of">What the limit is counted by: the account, or the account and the app.</param>
    public string FileOf(string window, Uri baseUrl, params ReadOnlySpan<long> of)
    {
        var key = baseUrl.GetLeftPart(UriPartial.Authority);
        foreach (var part in of) key += "|" + part.ToString(CultureInfo.InvariantCulture);
        return Path.Combine(path, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 12)) + string.Create(CultureInfo.InvariantCulture, $".{Format}.{window}"));
    }

    public PortalIdentity? Recall(Uri baseUrl, AccessToken token)
    {
        var file = KnownFile(baseUrl, token);
        if (!File.Exists(file)) return null;
        var parts = File.ReadAllText(file).Split(' ');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hub) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var app) ? new PortalIdentity(hub, app) : null;
    }

    public void Remember(Uri baseUrl, AccessToken token, PortalIdentity identity) =>
        Put(KnownFile(baseUrl, token), Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{identity.HubId} {identity.AppId}")), overwrite: true);

    private string KnownFile(Uri baseUrl, AccessToken token) =>
        Path.Combine(path, Convert.ToHexStringLower(HMACSHA256.HashData(Key(), Encoding.UTF8.GetBytes(baseUrl.GetLeftPart(UriPartial.Authority) + "\n" + token.HeaderValue)).AsSpan(0, 16)) + ".known");

    private byte[] Key()
    {
        var file = Path.Combine(path, "key");
        if (!File.Exists(file)) Put(file, RandomNumberGenerator.GetBytes(32), overwrite: false);
        return File.ReadAllBytes(file);
    }

    /// <summary>Whole or not at all: written beside and put in place. Of several that make the key at once, the first stays.</summary>
    private void Put(string file, byte[] content, bool overwrite)
    {
        var fresh = Path.Combine(path, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(fresh, options)) stream.Write(content);
        try
        {
            File.Move(fresh, file, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(file))
        {
            File.Delete(fresh);
        }
    }
}
