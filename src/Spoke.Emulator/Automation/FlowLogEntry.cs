using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Automation;

/// <summary>Something that happened to one record in a workflow.</summary>
/// <param name="What">enrolled, done, waiting, failed, not run, unenrolled, completed, …</param>
internal sealed record FlowLogEntry(long AtMs, long RecordId, long EnrollmentId, string? ActionId, string What, string? Detail)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteTime("at", AtMs);
        json.WriteNumber("objectId", RecordId);
        json.WriteNumber("enrollmentId", EnrollmentId);
        json.WriteString("actionId", ActionId);
        json.WriteString("what", What);
        json.WriteString("detail", Detail);
        json.WriteEndObject();
    }

    public static FlowLogEntry Load(JsonElement saved) => new(
        ValueRules.TryMoment(saved.Text("at") ?? "", out var ms) ? ms : 0, saved.GetProperty("objectId").GetInt64(), saved.GetProperty("enrollmentId").GetInt64(),
        saved.Text("actionId"), saved.Text("what") ?? "", saved.Text("detail"));
}
