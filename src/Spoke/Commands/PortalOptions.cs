using System.CommandLine;
using Spoke.Configuration;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>How every verb that calls a portal finds token and address: environment variables and the stored grant, never arguments.</summary>
internal static class PortalOptions
{
    public const string DefaultVariable = "HUBSPOT_ACCESS_TOKEN";
    public const string DefaultGrant = "main";
    public const string DefaultConfiguration = "spoke.json";
    private const string AddressVariable = "HUBSPOT_BASE_URL";
    private const string BudgetVariable = "SPOKE_BUDGET";

    public static Option<string> TokenVariable() => new("--token-env") { Description = "Name of the environment variable that holds the token; without one, the grant of 'spoke auth login'", DefaultValueFactory = _ => DefaultVariable };

    public static bool IsBaseUrlGiven => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(AddressVariable));

    public static Uri BaseUrl()
    {
        var text = Environment.GetEnvironmentVariable(AddressVariable);
        if (string.IsNullOrWhiteSpace(text)) return new Uri("https://api.hubapi.com");
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw new UsageException($"HUBSPOT_BASE_URL is '{text}', which is no http(s) address. Example: http://127.0.0.1:4010");
    }

    /// <summary>What the verbs go by: the variable, else the grant that was stored under the default name.</summary>
    public static ICredential Credential(string variable)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable))) return new VariableToken(variable);
        var stored = new SecretReference("stored:" + DefaultGrant, "", ConfigurationFile.Grants(DefaultConfiguration));
        if (variable != DefaultVariable || stored.Absence(mayBeGrant: true) is not null)
            throw new UsageException($"the environment variable {variable} is not set. Put the access token there, for example: export {variable}=pat-… (or name another variable with --token-env, or run spoke auth login or spoke auth store).");
        return stored.Credential(BaseUrl(), stored.Text);
    }

    public static HubSpotClient Client(string variable, HttpMessageHandler? handler = null) => Client(Credential(variable), handler);

    public static HubSpotClient Client(ICredential credential, HttpMessageHandler? handler = null)
    {
        try
        {
            return new HubSpotClient(Shared(new HubSpotClientOptions { BaseUrl = BaseUrl(), Credential = credential }), handler);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message.Replace("HubSpotClientOptions.BaseUrl", AddressVariable, StringComparison.Ordinal));
        }
    }

    /// <summary>Which folder limits are shared through: <c>SPOKE_BUDGET=FOLDER</c>, or <c>off</c>.</summary>
    public static HubSpotClientOptions Shared(HubSpotClientOptions options)
    {
        var folder = Environment.GetEnvironmentVariable(BudgetVariable);
        if (folder == "off") options.ShareBudget = false;
        else if (!string.IsNullOrWhiteSpace(folder)) options.BudgetFolder = folder;
        return options;
    }

    /// <summary>A variable's value as it is: what is wrong with it the client says, with the cause.</summary>
    private sealed class VariableToken(string variable) : ICredential
    {
        // Nobody outside can change the environment of a running program.
        private readonly string? _token = Environment.GetEnvironmentVariable(variable);

        public string Source => "variable " + variable;

        public ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) => new(_token);

        public ValueTask RefusedAsync(string token, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
