using Spoke.Sync.Connections;
using Spoke.Sync.Insight;

namespace Spoke.Sync.Pulling;

/// <summary>Which rule decided between the store's value and HubSpot's, and how: as it is kept in the audit, and in words.</summary>
internal static class Decision
{
    /// <param name="value">What both sides shall have, where one is taken.</param>
    public static string Note(FieldRule rule, FieldMove move, string value) => $"{rule.Word}: {move}{(rule.Policy == FieldPolicy.Union && move == FieldMove.Take ? " " + value : "")}";

    /// <summary>The rule of a remembered decision; null: it was no matter of a rule.</summary>
    public static string? Rule(AuditRow row) => row is { What: AuditTrail.Conflict or AuditTrail.Edit, Detail: { } note } && note.IndexOf(": ", StringComparison.Ordinal) is > 0 and var end ? note[..end] : null;

    /// <summary>Whether HubSpot's value stood; null: it was no contest of values.</summary>
    public static bool? Won(AuditRow row) => row.What is AuditTrail.Conflict or AuditTrail.Edit ? Move(row) is not FieldMove.Overrule : null;

    /// <summary>What was decided, as one sentence.</summary>
    public static string Say(AuditRow row) => row.What switch
    {
        AuditTrail.Conflict or AuditTrail.Edit => Contest(row),
        AuditTrail.Adopted => $"HubSpot had it already as record {row.After}: found by {row.Detail} and taken over, not made anew.",
        AuditTrail.Archived => $"Record {row.Before} {row.Detail}: it is neither written nor made again by itself.",
        AuditTrail.Restored => $"Somebody restored record {row.After} in HubSpot: it is kept in step again.",
        AuditTrail.Merge => $"Record {row.Before} went into record {row.After} when somebody merged them in HubSpot; the link followed.",
        AuditTrail.United => $"{row.Record_Key} became one contact with {row.After}, because somebody merged the two in HubSpot.",
        AuditTrail.Stopped => $"Somebody merged it in HubSpot with {row.After}; two records of a store cannot be one, so it stopped.",
        AuditTrail.Consent => $"Consent went from {row.Before} to {row.After}.",
        AuditTrail.SmsConsent => $"Consent to SMS went from {row.Before} to {row.After}.",
        _ => string.Join(", ", new[] { row.What, row.Before, row.After, row.Detail }.Where(part => !string.IsNullOrEmpty(part))),
    };

    private static string Contest(AuditRow row)
    {
        var (theirs, ours, rule) = (Shown(row.After), Shown(row.Before), Rule(row));
        var sides = row.What == AuditTrail.Conflict ? "both sides had changed it" : "only HubSpot's side had changed it";
        return Move(row) switch
        {
            FieldMove.Take when row.Detail!.Split(": Take ", 2) is [_, var joined] => $"HubSpot's value {theirs} and the store's {ours} were joined to {joined} by rule {rule}; {sides}.",
            FieldMove.Take => $"HubSpot's value {theirs} won over the store's {ours} by rule {rule} and goes to the store; {sides}.",
            FieldMove.Keep => $"HubSpot's value {theirs} won over the store's {ours} by rule {rule} and stands in HubSpot alone; {sides}.",
            _ => $"HubSpot's value {theirs} lost to the store's {ours} by rule {rule}; {sides}.",
        };
    }

    // Rows of earlier versions name the policy by its name in the code; the move stands in the same place.
    private static FieldMove Move(AuditRow row) =>
        row.Detail is { } note && note.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var end && Enum.TryParse<FieldMove>(note[(end + 2)..].Split(' ', 2)[0], out var move) ? move : FieldMove.Overrule;

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "nothing" : $"'{value}'";
}
