using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Spoke.Commands;
using Spoke.HubSpot;

namespace Spoke.Configuration;

/// <summary>The app a stored grant was given to: what it takes to renew it. The secret stands there by reference.</summary>
internal sealed record StoredApp(string ClientId, string ClientSecret, Uri BaseUrl);

/// <summary>
/// Grants kept by <c>spoke auth login</c>: each a file that only the user can read, encrypted by ASP.NET Core's data protection with keys in the same
/// folder. Who can read the whole folder as this user can read the grants; a single file that got away tells nothing.
/// </summary>
internal sealed class SecretFolder(string path)
{
    public const string Variable = "SPOKE_SECRETS";
    private readonly Lazy<IDataProtector> _protector = new(() =>
    {
        var keys = Path.Combine(path, "keys");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(keys);
        else Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return DataProtectionProvider.Create(new DirectoryInfo(keys), protection => protection.SetApplicationName("spoke")).CreateProtector("oauth-grant");
    });

    /// <summary>The folder named by <c>SPOKE_SECRETS</c>, else <c>spoke</c> in the user's configuration folder.</summary>
    public static SecretFolder OfUser() => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "spoke"));

    public static bool IsName(string name) => name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public bool Has(string name) => IsName(name) && File.Exists(GrantFile(name)) && File.Exists(AppFile(name));

    public FileGrantStore Store(string name) => new(GrantFile(name), clear => _protector.Value.Protect(clear), Unprotect);

    public StoredApp App(string name)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(AppFile(name)), SecretJson.Default.StoredApp) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new UsageException($"{AppFile(name)} is damaged. Run spoke auth login --name {name} again.");
        }
    }

    public async Task KeepAsync(string name, StoredApp app, OAuthGrant grant, CancellationToken cancellationToken)
    {
        var store = Store(name);
        await using (await store.LockAsync(cancellationToken).ConfigureAwait(false))
        {
            await File.WriteAllBytesAsync(AppFile(name), JsonSerializer.SerializeToUtf8Bytes(app, SecretJson.Default.StoredApp), cancellationToken).ConfigureAwait(false);
            await store.WriteAsync(grant, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        await Store(name).DeleteAsync(cancellationToken).ConfigureAwait(false);
        File.Delete(AppFile(name));
        File.Delete(GrantFile(name) + ".lock");
    }

    public OAuthOptions Options(string name)
    {
        var app = App(name);
        var secret = new SecretReference(app.ClientSecret, path);
        return new OAuthOptions { BaseUrl = app.BaseUrl, ClientId = app.ClientId, ClientSecret = secret.Read };
    }

    public OAuthCredential Credential(string name, Uri baseUrl, string source, ILoggerFactory? loggers)
    {
        var options = Options(name);
        if (options.BaseUrl.GetLeftPart(UriPartial.Authority) != baseUrl.GetLeftPart(UriPartial.Authority))
            throw new UsageException($"stored:{name} was granted by {options.BaseUrl.GetLeftPart(UriPartial.Authority)} and is not sent to {baseUrl.GetLeftPart(UriPartial.Authority)}. Set HUBSPOT_BASE_URL (or baseUrl) to the former, or log in there under another name: spoke auth login --name OTHER.");
        return new OAuthCredential(options, Store(name), source, loggerFactory: loggers);
    }

    private string GrantFile(string name) => Path.Combine(path, "stored", name);

    private string AppFile(string name) => GrantFile(name) + ".app";

    private byte[] Unprotect(byte[] kept)
    {
        try
        {
            return _protector.Value.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            throw new InvalidDataException($"a stored grant in {path} cannot be decrypted: its key is gone or the file damaged. Run spoke auth login again.");
        }
    }
}

[JsonSerializable(typeof(StoredApp))]
internal sealed partial class SecretJson : JsonSerializerContext;
