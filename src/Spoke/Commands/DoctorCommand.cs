using System.CommandLine;
using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke doctor</c>: is the configured portal well, and will its token do?</summary>
internal static class DoctorCommand
{
    private static readonly string[][] Needed =
    [
        ["crm.objects.contacts.read"], ["crm.objects.contacts.write"], ["crm.schemas.contacts.write"], ["crm.objects.orders.read"], ["crm.objects.orders.write"], ["crm.schemas.orders.write"],
        ["crm.objects.carts.read"], ["crm.objects.carts.write"], ["crm.schemas.carts.write"], ["crm.objects.line_items.read", "e-commerce"], ["crm.objects.line_items.write", "e-commerce"],
        ["crm.objects.products.read", "e-commerce"], ["crm.objects.products.write", "e-commerce"],
    ];

    public static Command Create()
    {
        var variable = PortalOptions.TokenVariable();
        var command = new Command("doctor", "Checks the configured portal: token, clock, scopes, limits. Example: HUBSPOT_ACCESS_TOKEN=… spoke doctor") { variable };
        command.SetAction((parsed, cancellationToken) => LiveAsync(parsed.GetValue(variable)!, cancellationToken));
        return command;
    }

    private static async Task<int> LiveAsync(string variable, CancellationToken cancellationToken)
    {
        using var client = PortalOptions.Client(variable);
        var text = Environment.GetEnvironmentVariable(variable);
        var token = AccessToken.Parse(text, "variable " + variable);
        Line("address", client.BaseUrl.ToString());
        Line("token", $"{token.Masked}, {(token.Kind == CredentialKind.PrivateApp ? "private app or service key" : "OAuth access token")}{(token.Region is { } region ? ", region " + region : "")}{(token.WasTrimmed ? "; white space around it was taken off [H08]" : "")}");
        var account = await client.SendAsync(new HubSpotRequest("GET", "/account-info/v3/details"), null, cancellationToken).ConfigureAwait(false);
        var details = await client.Account.GetDetailsAsync(null, cancellationToken).ConfigureAwait(false);
        Line("account", $"hub {details.PortalId}, {details.AccountType}, {details.TimeZone}, {details.Currency}");
        var well = Clock(account);
        if (token.Kind == CredentialKind.PrivateApp) well &= await ScopesAsync(client, text!, cancellationToken).ConfigureAwait(false);
        Line("limits", $"{client.Budget.TenSecondLimit} calls in ten seconds{(client.Budget.DailyRemaining is { } left ? $", {left.ToString("N0", CultureInfo.InvariantCulture)} of {client.Budget.DailyLimit?.ToString("N0", CultureInfo.InvariantCulture)} left today" : "")}");
        Terminal.WriteLine(well ? "healthy" : "not well, see above");
        return well ? ExitCode.Done : ExitCode.NotWell;
    }

    private static bool Clock(HubSpotResponse response)
    {
        if (!response.Headers.TryGetValue("date", out var text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var theirs)) return true;
        var off = TimeProvider.System.GetUtcNow() - theirs;
        var well = off.Duration() < TimeSpan.FromSeconds(30);
        Line("clock", well ? "agrees with the server's" : $"is {off.TotalSeconds:0} s off the server's [X03]: {Causes.Get("X03").Fix}");
        return well;
    }

    private static async Task<bool> ScopesAsync(HubSpotClient client, string token, CancellationToken cancellationToken)
    {
        var known = await client.Account.GetTokenInformationAsync(token, null, cancellationToken).ConfigureAwait(false);
        var published = EndpointCatalogue.All.SelectMany(e => e.Scopes).ToHashSet(StringComparer.Ordinal);
        var missing = Needed.Select(any => any.Where(published.Contains).ToArray()).Where(any => any.Length > 0 && !any.Any(known.Scopes.Contains)).ToList();
        Line("scopes", missing.Count == 0 ? $"{known.Scopes.Count} granted, all that a sync needs" : "missing for a sync [P01]: " + string.Join("; ", missing.Select(any => string.Join(" or ", any))));
        return missing.Count == 0;
    }

    private static void Line(string name, string value) => Terminal.WriteLine($"{name,-9}{value}");
}
