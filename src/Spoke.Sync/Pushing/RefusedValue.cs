using System.Text.Json;
using System.Text.RegularExpressions;
using Spoke.HubSpot;

namespace Spoke.Sync.Pushing;

/// <summary>One value that HubSpot refused: which, why, and what to do about it.</summary>
internal sealed partial record RefusedValue(string Property, string? Value, string Reason, string Cause, string Fix)
{
    /// <summary>Another record has the value. It may be giving it up in the same push.</summary>
    public bool IsTaken => Cause == "CONFLICTING_UNIQUE_VALUE";

    /// <summary>HubSpot's id of the refusal.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The values a refusal names; empty when it names none.</summary>
    /// <param name="correlation">HubSpot's id of the call's answer, where the refusal has none of its own.</param>
    public static IReadOnlyList<RefusedValue> Of(HubSpotException refusal, IReadOnlyDictionary<string, string?> sent, string? correlation = null) =>
        [.. Named(refusal, sent).Select(value => value with { CorrelationId = refusal.CorrelationId ?? correlation })];

    private static IReadOnlyList<RefusedValue> Named(HubSpotException refusal, IReadOnlyDictionary<string, string?> sent)
    {
        if (ContactExists().Match(refusal.Message) is { Success: true } taken)
            return [Make("email", "CONFLICTING_UNIQUE_VALUE", $"contact {taken.Groups[1].Value} has this address", sent)];
        var start = refusal.Message.IndexOf("[{", StringComparison.Ordinal);
        var end = refusal.Message.LastIndexOf("}]", StringComparison.Ordinal);
        return start < 0 || end < start ? [] : Parse(refusal.Message[start..(end + 2)], sent);
    }

    // HubSpot puts a JSON list into the message: name, error and message of each value.
    private static IReadOnlyList<RefusedValue> Parse(string list, IReadOnlyDictionary<string, string?> sent)
    {
        try
        {
            using var document = JsonDocument.Parse(list);
            return [.. document.RootElement.EnumerateArray()
                .Where(item => item.TryGetProperty("name", out _))
                .Select(item => Make(item.GetProperty("name").GetString()!, Text(item, "error") ?? "INVALID", Text(item, "message") ?? "", sent))
                .DistinctBy(value => value.Property)];
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static RefusedValue Make(string property, string cause, string reason, IReadOnlyDictionary<string, string?> sent) =>
        new(property, sent.GetValueOrDefault(property), reason, cause, cause switch
        {
            "INVALID_OPTION" => $"Add the option to {property} in HubSpot's property settings, or change the value in the store. The next pass sends it again.",
            "INVALID_EMAIL" => "Correct the e-mail address in the store. The contact is kept without it.",
            "CONFLICTING_UNIQUE_VALUE" => $"Two records claim this {property}. Merge them in HubSpot, or change one of them; everything else of this record is kept in step.",
            "PROPERTY_DOESNT_EXIST" => $"Restore the property {property} in HubSpot's property settings. The next pass sends it again.",
            "READ_ONLY_VALUE" => $"{property} cannot be written in this portal; nothing needs to be done unless you need its value.",
            _ => $"Correct the value of {property} in the store. The next pass sends it again.",
        });

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"Contact already exists\. Existing ID: (\d+)")]
    private static partial Regex ContactExists();
}
