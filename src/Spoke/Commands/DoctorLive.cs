using System.CommandLine;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke doctor</c> and <c>spoke doctor live</c>: is the configured portal well, and will its token do for a sync?</summary>
internal static class DoctorLive
{
    private static readonly string[][] s_needed =
    [
        ["crm.objects.contacts.read"], ["crm.objects.contacts.write"], ["crm.schemas.contacts.write"], ["crm.objects.orders.read"], ["crm.objects.orders.write"], ["crm.schemas.orders.write"],
        ["crm.objects.carts.read"], ["crm.objects.carts.write"], ["crm.schemas.carts.write"], ["crm.objects.line_items.read", "e-commerce"], ["crm.objects.line_items.write", "e-commerce"],
        ["crm.objects.products.read", "e-commerce"], ["crm.objects.products.write", "e-commerce"],
    ];

    public static void Configure(Command command)
    {
        var variable = PortalOptions.TokenVariable();
        var json = DoctorOutput.JsonOption();
        command.Add(variable);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(variable)!, parsed.GetValue(json), cancellationToken));
    }

    private static async Task<int> RunAsync(string variable, bool json, CancellationToken cancellationToken)
    {
        using var client = PortalOptions.Client(variable);
        var token = Environment.GetEnvironmentVariable(variable) ?? "";
        var diagnosis = await Doctor.ExamineLiveAsync(client, token, "variable " + variable, Needs(), cancellationToken: cancellationToken).ConfigureAwait(false);
        return await DoctorOutput.WriteAsync(diagnosis, json).ConfigureAwait(false);
    }

    /// <summary>A scope that HubSpot does not publish cannot be granted, so it is not asked for.</summary>
    private static List<IReadOnlyList<string>> Needs()
    {
        var published = EndpointCatalogue.All.SelectMany(e => e.Scopes).ToHashSet(StringComparer.Ordinal);
        return [.. s_needed.Select(any => (IReadOnlyList<string>)[.. any.Where(published.Contains)]).Where(any => any.Count > 0)];
    }
}
