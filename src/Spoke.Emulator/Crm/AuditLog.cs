using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>One thing somebody did to the account, as the audit log tells it.</summary>
internal sealed record AuditEntry(long Id, long AtMs, long UserId, string Category, string SubCategory, string Action, string TargetId);

/// <summary>What really happened to definitions, settings, users and whole records; single values are in the records' history. The oldest entries make room.</summary>
internal sealed class AuditLog(Portal portal)
{
    private const int Kept = 10_000;
    private readonly Queue<AuditEntry> entries = new();

    public IReadOnlyCollection<AuditEntry> Entries => entries;

    public void Add(string category, string subCategory, string action, string targetId)
    {
        Keep(new AuditEntry(portal.NextPartId(), portal.Changes.AtMs, portal.Changes.Caller.UserId, category, subCategory, action, targetId));
    }

    /// <summary>The entries about one thing, oldest first.</summary>
    public IEnumerable<AuditEntry> About(string subCategory, string targetId) =>
        entries.Where(entry => entry.SubCategory == subCategory && entry.TargetId == targetId);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var entry in entries)
        {
            json.WriteStartArray();
            json.WriteNumberValue(entry.Id);
            json.WriteNumberValue(entry.AtMs);
            json.WriteNumberValue(entry.UserId);
            foreach (var text in (string[])[entry.Category, entry.SubCategory, entry.Action, entry.TargetId]) json.WriteStringValue(text);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public void Read(JsonElement saved)
    {
        foreach (var one in saved.EnumerateArray())
            Keep(new AuditEntry(one[0].GetInt64(), one[1].GetInt64(), one[2].GetInt64(), one[3].GetString()!, one[4].GetString()!, one[5].GetString()!, one[6].GetString()!));
    }

    private void Keep(AuditEntry entry)
    {
        entries.Enqueue(entry);
        if (entries.Count > Kept) entries.Dequeue();
    }
}
