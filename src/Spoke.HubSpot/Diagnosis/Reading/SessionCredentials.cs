using System.Globalization;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Where in a recording the text behind Bearer came from: the token endpoint's answer, or a field that was sent there.</summary>
internal static class SessionCredentials
{
    // What a token request holds, and the cause when that stands behind Bearer instead of the token it is exchanged for.
    private static readonly (string Field, string Cause)[] s_sent = [("refresh_token", "K07"), ("client_secret", "K08"), ("client_id", "K08"), ("code", "K09")];

    public static void Look(List<ShownRequest> calls)
    {
        var known = new Dictionary<string, (string Cause, string Shows)>(StringComparer.Ordinal);
        foreach (var call in calls)
        {
            if (!Session.IsTokenCall(call)) Judge(call, known);
            else Remember(call, known);
        }
    }

    private static void Judge(ShownRequest call, Dictionary<string, (string Cause, string Shows)> known)
    {
        if (call.Credential is not { IsVisible: true, Bearers: > 0 } credential || call.Answer is not { IsFailure: true } || !known.TryGetValue(credential.Token.Text, out var origin)) return;
        if (origin.Cause == "P10" && !(CredentialRules.IsAccountData(call) && call.Answer.Likely is 401 or 403)) return;
        call.Remarks.Add(Seen.InValue(call, origin.Cause, Confidence.Certain, credential.Token, origin.Shows));
    }

    private static void Remember(ShownRequest call, Dictionary<string, (string Cause, string Shows)> known)
    {
        var number = call.Number.ToString(CultureInfo.InvariantCulture);
        var sent = call.Body is { } body && !body.Text.StartsWith('{') ? ShownAddress.Pairs(body).Select(p => (Name: p.Name.Text, Value: p.Value.Text)).ToList() : [];
        foreach (var (field, cause) in s_sent)
            foreach (var (_, value) in sent.Where(p => p.Name == field && p.Value.Length > 3))
                known[value] = (cause, $"the same text was sent to the token endpoint as {field} (call {number})");
        if (call.Answer is not { Status: >= 200 and < 300 } answer) return;
        var fields = Fields(answer.Body);
        if (fields.GetValueOrDefault("refresh_token") is { Length: > 3 } refresh) known[refresh] = ("K07", $"the token endpoint gave this text as refresh_token (call {number}); access_token is another field");
        if (fields.GetValueOrDefault("access_token") is not { Length: > 3 } access) return;
        if (sent.Exists(p => p is { Name: "grant_type", Value: "client_credentials" })) known[access] = ("P10", $"the token was given for client_credentials (call {number}): it belongs to the app and to no account");
        else known.Remove(access);
    }

    private static Dictionary<string, string> Fields(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind != JsonValueKind.Object ? [] : document.RootElement.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.String).DistinctBy(m => m.Name).ToDictionary(m => m.Name, m => m.Value.GetString()!, StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return [];   // a recording may cut bodies off
        }
    }
}
