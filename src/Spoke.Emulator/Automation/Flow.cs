using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Automation;

/// <summary>One workflow as it was sent, with what the emulator knows of it besides.</summary>
internal sealed class Flow(long id, long workflowId, long createdMs)
{
    private const int LogKept = 2_000;
    private Dictionary<string, JsonElement>? _actions;
    private JsonElement _definition;

    public long Id { get; } = id;

    /// <summary>The number the older API knows it by.</summary>
    public long WorkflowId { get; } = workflowId;
    public long CreatedMs { get; } = createdMs;
    public long UpdatedMs { get; set; } = createdMs;
    public int Revision { get; set; } = 1;

    /// <summary>The document as it was sent.</summary>
    public JsonElement Definition
    {
        get => _definition;
        set => (_definition, _actions) = (value, null);
    }

    public bool Enabled => Definition.Bool("isEnabled") ?? false;
    public string? Name => Definition.Text("name");
    public string TypeId => Definition.Text("objectTypeId") ?? "0-1";
    public bool OfContacts => Definition.Text("type") == "CONTACT_FLOW";
    public string? StartActionId => Definition.Text("startActionId");
    public JsonElement Criteria => Definition.TryGetProperty("enrollmentCriteria", out var criteria) ? criteria : default;
    public bool ReEnrolls => Criteria.Bool("shouldReEnroll") ?? false;
    public IReadOnlyDictionary<string, JsonElement> Actions => _actions ??= Definition.Items("actions").ToDictionary(action => action.Text("actionId")!);

    /// <summary>Records that meet the criteria at present, and those that have been enrolled at some time.</summary>
    public SortedSet<long> Meeting { get; } = [];
    public SortedSet<long> Enrolled { get; } = [];
    public List<FlowLogEntry> Log { get; } = [];

    /// <summary>When its enrolment schedule next comes round; null: it has none, or is off.</summary>
    public long? NextScheduleMs { get; set; }

    public void Note(FlowLogEntry entry)
    {
        Log.Add(entry);
        if (Log.Count > LogKept) Log.RemoveAt(0);
    }

    public void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id", Id);
        json.WriteNumber("workflowId", WorkflowId);
        json.WriteNumber("created", CreatedMs);
        json.WriteNumber("updated", UpdatedMs);
        json.WriteNumber("revision", Revision);
        if (NextScheduleMs is { } next) json.WriteNumber("nextSchedule", next);
        json.WritePropertyName("definition");
        Definition.WriteTo(json);
        Write(json, "meeting", Meeting);
        Write(json, "enrolled", Enrolled);
        json.WriteStartArray("log");
        foreach (var entry in Log) entry.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static Flow Load(JsonElement saved)
    {
        var flow = new Flow(saved.GetProperty("id").GetInt64(), saved.GetProperty("workflowId").GetInt64(), saved.GetProperty("created").GetInt64())
        {
            UpdatedMs = saved.GetProperty("updated").GetInt64(),
            Revision = saved.Int("revision") ?? 1,
            NextScheduleMs = saved.TryGetProperty("nextSchedule", out var next) ? next.GetInt64() : null,
            Definition = saved.GetProperty("definition").Clone(),
        };
        foreach (var one in saved.GetProperty("meeting").EnumerateArray()) flow.Meeting.Add(one.GetInt64());
        foreach (var one in saved.GetProperty("enrolled").EnumerateArray()) flow.Enrolled.Add(one.GetInt64());
        flow.Log.AddRange(saved.GetProperty("log").EnumerateArray().Select(FlowLogEntry.Load));
        return flow;
    }

    private static void Write(Utf8JsonWriter json, string name, SortedSet<long> ids)
    {
        json.WriteStartArray(name);
        foreach (var one in ids) json.WriteNumberValue(one);
        json.WriteEndArray();
    }
}
