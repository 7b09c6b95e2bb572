using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Transfers;

/// <summary>Exports: one at a time, at most 30 in a day, the others wait; a finished one has an address that serves the file for five minutes.</summary>
internal sealed class ExportsArea(Portal portal) : PortalArea(portal)
{
    private const long WorkMs = 2_000;
    private const long DayMs = 24L * 60 * 60 * 1000;
    private const int MostInADay = 30;

    public DocumentShelf Exports { get; } = new();

    public override string Name => "exports";

    public override bool Owns(IReadOnlyList<string> path) => path is ["crm", "exports", "export", ..] or ["exported-files", _, _, _, _];

    public override EmulatorReply? Handle(CrmCall call) => ExportEndpoints.Handle(call, this);

    public override long? NextDueMs
    {
        get
        {
            long? next = null;
            foreach (var export in Exports.All)
                if (export["due"]?.GetValue<long>() is { } due && (next is null || due < next)) next = due;
            return next;
        }
    }

    public long Queue(JsonObject export, long atMs)
    {
        var ends = Exports.All.Where(one => one["ends"] is not null).Select(one => one["ends"]!.GetValue<long>()).Order().ToArray();
        var start = Math.Max(atMs, ends.Length > 0 ? ends[^1] : 0);
        if (ends.Length >= MostInADay) start = Math.Max(start, ends[^MostInADay] + DayMs);
        export["due"] = start + WorkMs;
        export["ends"] = start + WorkMs;
        var id = Portal.NextPartId();
        Exports.Put(id, export);
        return id;
    }

    public override void Run(long dueMs)
    {
        foreach (var export in Exports.All.Where(export => export["due"]?.GetValue<long>() <= dueMs).ToArray())
        {
            export["due"] = null;
            export["updatedAt"] = dueMs;
            try
            {
                using var request = JsonDocument.Parse(export["request"]!.ToJsonString());
                var (text, rows) = ExportFile.Write(Portal, request.RootElement);
                export["text"] = text;
                export["rows"] = rows;
                export["state"] = "DONE";
            }
            catch (CrmRefusal)
            {
                export["state"] = "FAILED";   // the list or a property has been removed meanwhile
            }
        }
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Exports.Save(json, "exports");
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved) => Exports.Load(saved, "exports");
}
