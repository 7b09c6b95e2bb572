using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>Lists (segments): manual, dynamic and snapshot, their members, folders and planned conversions.</summary>
internal sealed class ListsArea : PortalArea, Automation.IListMembership
{
    /// <summary>A deleted list can come back for this long.</summary>
    public const long RestorableMs = 90L * 24 * 60 * 60 * 1000;

    public ListsArea(Portal portal) : base(portal) => Engine = new ListEngine(portal, Store);

    public ListStore Store { get; } = new();
    public ListEngine Engine { get; }

    public override string Name => "lists";

    public override bool Owns(IReadOnlyList<string> path) => path.Count >= 2 && path[0] == "crm" && path[1] == "lists";

    public override bool ReadsOnly(string method, IReadOnlyList<string> path) => base.ReadsOnly(method, path) || (method == "POST" && path is ["crm", "lists", "idmapping"]);

    public override EmulatorReply? Handle(CrmCall call) => ListEndpoints.Handle(call, this);

    public bool Contains(string listId, ObjectTypeDefinition type, long recordId) =>
        long.TryParse(listId, out var id) && Store.Find(id) is { Deleted: false } list && list.Type == type && list.Members.Contains(recordId);

    public override bool Listens => Store.All.Count > 0;

    public override void Hear(RecordChange change)
    {
        if (change.Kind == ChangeKind.Merged) Engine.Merged(change.Type, change.Record, change.MergedIds, change.AtMs);
        else Engine.Changed(change.Type, change.Record, change.AtMs);
    }

    /// <summary>Something lists may ask about happened to a record, though no value of it changed.</summary>
    public static void Touch(Portal portal, ObjectTypeDefinition type, StoredRecord record, long atMs) =>
        portal.Areas.OfType<ListsArea>().FirstOrDefault()?.Engine.Changed(type, record, atMs);

    public override long? NextDueMs
    {
        get
        {
            long? next = null;
            foreach (var list in Store.All)
                if (list.NextDueMs is { } due && (next is null || due < next)) next = due;
            return next;
        }
    }

    public override void Run(long dueMs)
    {
        foreach (var list in Store.All.Where(list => list.NextDueMs <= dueMs).ToArray())
        {
            if (list is { Conversion: not null, ConvertedMs: 0 } && list.ConversionMs <= dueMs) ListConversion.Carry(list, ListZone.Of(Portal), dueMs);
            else Engine.Due(list, dueMs);
        }
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lastId", Store.LastId);
        json.WriteNumber("lastLegacyId", Store.LastLegacyId);
        json.WriteNumber("lastFolderId", Store.Folders.LastId);
        Store.Folders.Save(json);
        json.WriteStartArray("lists");
        foreach (var list in Store.All) ListState.Write(json, list);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Store.LastId = saved.GetProperty("lastId").GetInt64();
        Store.LastLegacyId = saved.GetProperty("lastLegacyId").GetInt64();
        Store.Folders.LastId = saved.GetProperty("lastFolderId").GetInt64();
        Store.Folders.Load(saved);
        foreach (var one in saved.GetProperty("lists").EnumerateArray()) Store.Add(ListState.Read(one, Portal));
        foreach (var list in Store.All)
            if (list.FilterBranch is { } branch) list.Filter = Compile(list, branch);
    }

    private CompiledFilter Compile(StoredList list, JsonObject branch)
    {
        try
        {
            return new FilterReader(Portal, Store, list.Id, lenient: true).Read(list.Type, branch);
        }
        catch (CrmRefusal)
        {
            // What it asks about has been removed since it was saved: nobody meets that any more.
            return new CompiledFilter(new ConstantCondition(false));
        }
    }
}
