using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Files;

/// <summary>Files with their bytes, folders, and the tasks that move them about; public files are served at their own address.</summary>
internal sealed class FilesArea(Portal portal) : PortalArea(portal)
{
    private const long TaskMs = 1_000;
    private const long MostBytes = 256L * 1024 * 1024;
    private readonly SortedDictionary<long, byte[]> contents = [];

    public DocumentShelf Files { get; } = new();
    public DocumentShelf Folders { get; } = new();
    public DocumentShelf Tasks { get; } = new();

    public override string Name => "files";

    public override bool Owns(IReadOnlyList<string> path) => path is ["files", "files" or "folders", ..] or ["hubfs", _, ..] or ["signed-files", _, _, _, _];

    public override EmulatorReply? Handle(CrmCall call) => (call.Rest[0], call.Rest[1]) switch
    {
        ("files", "files") => FileEndpoints.Handle(call, this, [.. call.Rest.Skip(2)]),
        ("files", _) => FolderEndpoints.Handle(call, this, [.. call.Rest.Skip(2)]),
        _ => FileServing.Serve(call, this),
    };

    public ReadOnlyMemory<byte> ContentOf(long id) => contents.GetValueOrDefault(id) ?? [];

    public void Keep(long id, ReadOnlyMemory<byte> content)
    {
        var before = contents.GetValueOrDefault(id)?.Length ?? 0;
        if (contents.Values.Sum(bytes => (long)bytes.Length) - before + content.Length > MostBytes) throw FileErrors.Full(MostBytes);
        contents[id] = content.ToArray();
    }

    public void Drop(long id) => contents.Remove(id);

    public (long Id, JsonObject File) Require(string id) => Files.Find(id) is { } file && !file["archived"]!.GetValue<bool>() ? (long.Parse(id, CultureInfo.InvariantCulture), file) : throw FileErrors.NoSuchFile(id);

    public IEnumerable<KeyValuePair<long, JsonObject>> Alive => Files.Numbered.Where(pair => !pair.Value["archived"]!.GetValue<bool>());

    public void Archive(long id, JsonObject file, long atMs)
    {
        file["archived"] = true;
        file["archivedAt"] = JsonReply.Iso(atMs);
        Drop(id);
    }

    public JsonObject AddTask(JsonObject task, CrmCall call, out long id)
    {
        id = Portal.NextPartId();
        task["requestedAt"] = call.AtMs;
        task["due"] = call.AtMs + TaskMs;
        Tasks.Put(id, task);
        return task;
    }

    public override long? NextDueMs
    {
        get
        {
            long? next = null;
            foreach (var task in Tasks.All)
                if (task["due"]?.GetValue<long>() is { } due && (next is null || due < next)) next = due;
            foreach (var (_, file) in Alive)
                if (file["expiresAt"]?.GetValue<long>() is { } expiry && (next is null || expiry < next)) next = expiry;
            return next;
        }
    }

    public override void Run(long dueMs)
    {
        foreach (var (id, file) in Alive.Where(pair => pair.Value["expiresAt"]?.GetValue<long>() <= dueMs).ToArray()) Archive(id, file, dueMs);
        foreach (var task in Tasks.All.Where(task => task["due"]?.GetValue<long>() <= dueMs).ToArray())
        {
            task["due"] = null;
            task["completedAt"] = dueMs;
            try
            {
                task["result"] = FileTasks.Carry(this, Portal, task, dueMs).DeepClone();
            }
            catch (CrmRefusal refusal)
            {
                task["error"] = refusal.Message;
            }
        }
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Files.Save(json, "files");
        Folders.Save(json, "folders");
        Tasks.Save(json, "tasks");
        json.WriteStartObject("contents");
        foreach (var (id, content) in contents) json.WriteBase64String(id.ToString(CultureInfo.InvariantCulture), content);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Files.Load(saved, "files");
        Folders.Load(saved, "folders");
        Tasks.Load(saved, "tasks");
        foreach (var member in saved.GetProperty("contents").EnumerateObject()) contents[long.Parse(member.Name, CultureInfo.InvariantCulture)] = member.Value.GetBytesFromBase64();
    }
}
