using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Automation;

internal enum EnrollmentState { Due, Sending, Blocked }

/// <summary>A record on its way through a workflow.</summary>
internal sealed class Enrollment(long id, long flowId, long recordId, long startedMs)
{
    public long Id { get; } = id;
    public long FlowId { get; } = flowId;
    public long RecordId { get; } = recordId;
    public long StartedMs { get; } = startedMs;

    /// <summary>The action that comes next, or is under way; null: the end.</summary>
    public string? ActionId { get; set; }
    public EnrollmentState State { get; set; }

    /// <summary>When it goes on by itself; for a blocked one, when the wait is over.</summary>
    public long DueMs { get; set; } = startedMs;

    /// <summary>Tries of the request under way, and when the first was.</summary>
    public int Attempt { get; set; }
    public long FirstTryMs { get; set; }
    public string? CallbackId { get; set; }

    /// <summary>What actions gave back, by <c>actionId.key</c>, and the event it began with, by <c>event.key</c>.</summary>
    public SortedDictionary<string, string> Outputs { get; } = new(StringComparer.Ordinal);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id", Id);
        json.WriteNumber("flowId", FlowId);
        json.WriteNumber("objectId", RecordId);
        json.WriteNumber("started", StartedMs);
        json.WriteString("actionId", ActionId);
        json.WriteString("state", State switch { EnrollmentState.Due => "due", EnrollmentState.Sending => "sending", _ => "blocked" });
        json.WriteNumber("due", DueMs);
        json.WriteNumber("attempt", Attempt);
        json.WriteNumber("firstTry", FirstTryMs);
        if (CallbackId is not null) json.WriteString("callbackId", CallbackId);
        json.WriteStartObject("outputs");
        foreach (var (name, value) in Outputs) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static Enrollment Load(JsonElement saved)
    {
        var enrollment = new Enrollment(saved.GetProperty("id").GetInt64(), saved.GetProperty("flowId").GetInt64(), saved.GetProperty("objectId").GetInt64(), saved.GetProperty("started").GetInt64())
        {
            ActionId = saved.Text("actionId"),
            State = saved.Text("state") switch { "due" => EnrollmentState.Due, "sending" => EnrollmentState.Sending, _ => EnrollmentState.Blocked },
            DueMs = saved.GetProperty("due").GetInt64(),
            Attempt = saved.Int("attempt") ?? 0,
            FirstTryMs = saved.GetProperty("firstTry").GetInt64(),
            CallbackId = saved.Text("callbackId"),
        };
        foreach (var one in saved.GetProperty("outputs").EnumerateObject()) enrollment.Outputs[one.Name] = one.Value.GetString()!;
        return enrollment;
    }
}
