using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Transfers;

/// <summary>Imports: taken, a second later begun, another second later done, by the emulator's clock; three at a time, the others wait. Rows are written when it is done.</summary>
internal sealed class ImportsArea(Portal portal) : PortalArea(portal)
{
    public const long StepMs = 1_000;
    private const int MostAtOnce = 3;

    public DocumentShelf Imports { get; } = new();

    public override string Name => "imports";

    public override bool Owns(IReadOnlyList<string> path) => path is ["crm", "imports", ..];

    public override string Source => "IMPORT";

    public override EmulatorReply? Handle(CrmCall call) => ImportEndpoints.Handle(call, this);

    public override long? NextDueMs
    {
        get
        {
            long? next = null;
            foreach (var import in Imports.All)
                if (import["due"]?.GetValue<long>() is { } due && (next is null || due < next)) next = due;
            return next;
        }
    }

    public override void Run(long dueMs)
    {
        foreach (var (id, import) in Imports.Numbered.Where(pair => pair.Value["due"]?.GetValue<long>() <= dueMs).ToArray())
        {
            import["updatedAt"] = dueMs;
            if (import["state"]!.GetValue<string>() is "STARTED" or "DEFERRED")
            {
                import["state"] = Imports.All.Count(one => one["state"]!.GetValue<string>() == "PROCESSING") < MostAtOnce ? "PROCESSING" : "DEFERRED";
                import["due"] = dueMs + StepMs;
                continue;
            }
            import["due"] = null;
            Carry(id, import, dueMs);
        }
    }

    private void Carry(long id, JsonObject import, long atMs)
    {
        var caller = new Caller(Portal.HubId, import["app"]!.GetValue<long>(), import["user"]!.GetValue<long>(), new HashSet<string>(), "");
        using var request = JsonDocument.Parse(import["request"]!.ToJsonString());
        ImportPlan plan;
        try
        {
            plan = ImportPlan.Read(Portal, request.RootElement);
        }
        catch (CrmRefusal)
        {
            import["state"] = "FAILED";   // what a column was mapped to has been removed meanwhile
            return;
        }
        var run = new ImportRun(Portal, plan, atMs, caller);
        foreach (var file in plan.Files)
        {
            var stored = import["files"]!.AsArray().First(one => one!["name"]!.GetValue<string>() == file.FileName)!;
            run.Read(file, stored["id"]!.GetValue<long>(), () => stored["bytes"] is { } bytes ? ImportSheet.OfWorkbook(Convert.FromBase64String(bytes.GetValue<string>())) : ImportSheet.OfCsv(stored["text"]!.GetValue<string>()));
        }
        run.Associate();
        foreach (var stored in import["files"]!.AsArray())
        {
            stored!["text"] = "";
            stored.AsObject().Remove("bytes");
        }
        import["state"] = run.AllUnreadable ? "FAILED" : "DONE";
        import["errors"] = run.Errors;
        import["counters"] = new JsonObject(run.Counters.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value)));
        if (request.RootElement.Bool("createContactListFromImport") == true) MakeList(id, import, plan.Name, run.Written, atMs);
    }

    private void MakeList(long id, JsonObject import, string name, IReadOnlySet<long> written, long atMs)
    {
        var area = Portal.Areas.OfType<ListsArea>().Single();
        var contacts = Portal.Types.Find("contacts");
        var title = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"Import {id}");
        if (area.Store.FindByName(title) is not null) title = string.Create(CultureInfo.InvariantCulture, $"{title} {id}");
        var list = new StoredList(++area.Store.LastId, contacts) { Name = title, Processing = StoredList.Manual, CreatedMs = atMs, UpdatedMs = atMs, LegacyId = ++area.Store.LastLegacyId };
        area.Store.Add(list);
        foreach (var contact in written.Order())
            if (contacts.Records.Find(contact) is { } record) area.Engine.Join(list, record, atMs);
        import["list"] = list.IdText;
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Imports.Save(json, "imports");
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved) => Imports.Load(saved, "imports");
}
