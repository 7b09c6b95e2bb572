using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Spoke.Commands;
using Spoke.HubSpot;

namespace Spoke.Configuration;

/// <summary>The app a stored grant was given to: what it takes to renew it. The secret stands there by reference.</summary>
internal sealed record StoredApp(string ClientId, string ClientSecret, Uri BaseUrl);

/// <summary>
/// What <c>spoke auth</c> keeps: OAuth grants and other tokens, encrypted with keys in the same folder. Who can read the whole folder as this user can
/// read them; a single file that got away tells nothing. Grants are files here too, unless <c>spoke.json</c> says that they are in its database.
/// </summary>
internal sealed class SecretFolder(string path, GrantDatabase? database = null)
{
    public const string Variable = "SPOKE_SECRETS";
    private readonly SecretProtection _grants = new(Path.Combine(path, "keys"), "oauth-grant");

    public StoredTokens Tokens { get; } = new(Path.Combine(path, "stored"), new SecretProtection(Path.Combine(path, "keys"), "token"));

    /// <summary>The folder named by <c>SPOKE_SECRETS</c>, else <c>spoke</c> in the user's configuration folder.</summary>
    public static SecretFolder OfUser(GrantDatabase? database = null) => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "spoke"), database);

    public static bool IsName(string name) => name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>All that is stored, grants and tokens.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            var folder = Path.Combine(path, "stored");
            var grants = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.app").Select(file => Path.GetFileNameWithoutExtension(file)).Where(HasGrant) : [];
            return [.. grants.Concat(Tokens.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }
    }

    public bool Has(string name) => HasGrant(name) || HasToken(name);

    public bool HasGrant(string name) => IsName(name) && File.Exists(AppFile(name)) && (database is null ? File.Exists(GrantFile(name)) : database.Has(name));

    public bool HasToken(string name) => IsName(name) && Tokens.Has(name);

    public IGrantStore Store(string name) => database?.Store(name, _grants) ?? new FileGrantStore(GrantFile(name), _grants.Protect, _grants.Unprotect);

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
            await SecretProtection.WriteAsync(AppFile(name), JsonSerializer.SerializeToUtf8Bytes(app, SecretJson.Default.StoredApp), cancellationToken).ConfigureAwait(false);
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
}

[JsonSerializable(typeof(StoredApp))]
internal sealed partial class SecretJson : JsonSerializerContext;
