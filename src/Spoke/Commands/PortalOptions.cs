using System.CommandLine;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>How every verb that calls a portal finds token and address: environment variables, never arguments.</summary>
internal static class PortalOptions
{
    public const string DefaultVariable = "HUBSPOT_ACCESS_TOKEN";
    private const string AddressVariable = "HUBSPOT_BASE_URL";

    public static Option<string> TokenVariable() => new("--token-env") { Description = "Name of the environment variable that holds the token", DefaultValueFactory = _ => DefaultVariable };

    public static Uri BaseUrl()
    {
        var text = Environment.GetEnvironmentVariable(AddressVariable);
        if (string.IsNullOrWhiteSpace(text)) return new Uri("https://api.hubapi.com");
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw new UsageException($"HUBSPOT_BASE_URL is '{text}', which is no http(s) address. Example: http://127.0.0.1:4010");
    }

    public static HubSpotClient Client(string variable, HttpMessageHandler? handler = null)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
            throw new UsageException($"the environment variable {variable} is not set. Put the access token there, for example: export {variable}=pat-… (or name another variable with --token-env).");
        try
        {
            return new HubSpotClient(new HubSpotClientOptions { BaseUrl = BaseUrl(), Token = () => Environment.GetEnvironmentVariable(variable), TokenSource = "variable " + variable }, handler);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message.Replace("HubSpotClientOptions.BaseUrl", AddressVariable, StringComparison.Ordinal));
        }
    }
}
