using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Automation;

/// <summary>The requests workflows make, to webhooks and to the addresses of custom actions, and what their answers lead to.</summary>
internal sealed class FlowRequests(FlowArea area, Portal portal)
{
    private const long FirstWaitMs = 60_000, LongestWaitMs = 8L * 60 * 60 * 1000, GiveUpMs = 3L * 24 * 60 * 60 * 1000;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    public bool IsKnown(string actionTypeId) => Definition(actionTypeId) is { Published: true };

    /// <summary>Hands the action to the courier. False, since the enrolment waits for the answer.</summary>
    /// <param name="custom">The action is an app's, which may call back.</param>
    public bool Begin(Enrollment enrollment, long nowMs, bool custom)
    {
        enrollment.CallbackId = custom ? CallbackId(enrollment) : null;
        if (enrollment.Attempt == 0) enrollment.FirstTryMs = nowMs;
        enrollment.State = EnrollmentState.Sending;
        return false;
    }

    public OutgoingRequest Compose(Enrollment enrollment, long nowMs)
    {
        var flow = area.Flows[enrollment.FlowId];
        var action = flow.Actions[enrollment.ActionId!];
        var type = portal.Types.Find(flow.TypeId);
        var record = type.Records.Find(enrollment.RecordId)!;
        if (action.Text("type") == "WEBHOOK") return FlowRequestBodies.Webhook(action, enrollment, type, record, portal, nowMs, area.Name, ConnectWithin, AnswerWithin);
        var definition = Definition(action.Text("actionTypeId")!)!;
        var body = FlowRequestBodies.CustomAction(flow, action, definition, enrollment, type, record, portal, nowMs);
        var target = new Uri(definition.ActionUrl);
        return new OutgoingRequest(area.Name, enrollment.Id, area.Name, "POST", target, RequestHeaders.ForAction(WebhookApp.SecretOf(definition.AppId), target, "POST", body, nowMs), body, ConnectWithin, AnswerWithin);
    }

    /// <summary>Goes on, waits for the next try, or waits for the app to call back.</summary>
    public void Heard(Enrollment enrollment, SendOutcome outcome, long atMs)
    {
        area.Lift(enrollment);
        var flow = area.Flows[enrollment.FlowId];
        var how = outcome.Status == 0 ? outcome.Error! : string.Create(CultureInfo.InvariantCulture, $"answered {outcome.Status}");
        if (!outcome.Succeeded && MayTryAgain(outcome, enrollment, atMs) is { } waitMs)
        {
            Note(flow, enrollment, atMs, "waiting", $"{how}; next try {JsonReply.Iso(atMs + waitMs)}");
            enrollment.Attempt++;
            (enrollment.State, enrollment.DueMs) = (EnrollmentState.Due, atMs + waitMs);
            area.Place(enrollment);
            return;
        }
        enrollment.Attempt = 0;
        if (outcome.Succeeded && enrollment.CallbackId is not null) Answered(flow, enrollment, outcome.Answer, atMs);
        else
        {
            Note(flow, enrollment, atMs, outcome.Succeeded ? "done" : "failed", how);
            GoOn(flow, enrollment, atMs);
        }
    }

    /// <summary>A blocked execution is over: by the app's word, or because the app took too long.</summary>
    public void Unblock(Flow flow, Enrollment enrollment, long atMs, string how)
    {
        Note(flow, enrollment, atMs, "done", how);
        GoOn(flow, enrollment, atMs);
    }

    /// <summary>Takes what an app gave back to an action.</summary>
    public static void Keep(Enrollment enrollment, JsonElement outputFields)
    {
        if (outputFields.ValueKind != JsonValueKind.Object) return;
        foreach (var field in outputFields.EnumerateObject())
            if (field.Value.AsText() is { } text) enrollment.Outputs[$"{enrollment.ActionId}.{field.Name}"] = text;
    }

    private void Answered(Flow flow, Enrollment enrollment, string answer, long atMs)
    {
        var fields = default(JsonElement);
        try
        {
            using var document = JsonDocument.Parse(answer.Length == 0 ? "{}" : answer);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("outputFields", out var found)) fields = found.Clone();
        }
        catch (JsonException)
        {
            // Whatever it is, it is no output: the action has none.
        }
        Keep(enrollment, fields);
        switch (fields.Text("hs_execution_state"))
        {
            case "BLOCK":
                var wait = TimeSpan.FromDays(7);
                if (fields.Text("hs_expiration_duration") is { } text)
                    try { wait = System.Xml.XmlConvert.ToTimeSpan(text); }
                    catch (FormatException) { Note(flow, enrollment, atMs, "waiting", $"hs_expiration_duration is no ISO 8601 duration: {text}"); }
                Note(flow, enrollment, atMs, "blocked", "until the app calls back, or " + JsonReply.Iso(atMs + (long)wait.TotalMilliseconds));
                (enrollment.State, enrollment.DueMs) = (EnrollmentState.Blocked, atMs + (long)wait.TotalMilliseconds);
                area.Place(enrollment);
                return;
            case "FAIL_CONTINUE": Note(flow, enrollment, atMs, "failed", "the app said FAIL_CONTINUE"); break;
            default: Note(flow, enrollment, atMs, "done", "the app said SUCCESS"); break;
        }
        GoOn(flow, enrollment, atMs);
    }

    private void GoOn(Flow flow, Enrollment enrollment, long atMs)
    {
        enrollment.CallbackId = null;
        if (enrollment.ActionId is { } id && flow.Actions.TryGetValue(id, out var action)) enrollment.ActionId = FlowRunner.Next(action);
        (enrollment.State, enrollment.DueMs) = (EnrollmentState.Due, atMs);
        area.Place(enrollment);
    }

    /// <summary>How long until the next try; null: none. Refusals of the 400s are final but for 429, whose Retry-After is in milliseconds here.</summary>
    private static long? MayTryAgain(SendOutcome outcome, Enrollment enrollment, long atMs)
    {
        if (outcome.Status is >= 300 and < 500 and not 429) return null;
        var wait = Math.Min(FirstWaitMs << Math.Min(enrollment.Attempt, 10), LongestWaitMs);
        if (outcome.Status == 429 && long.TryParse(outcome.RetryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var asked)) wait = asked;
        return atMs + wait - enrollment.FirstTryMs <= GiveUpMs ? Math.Max(wait, 1) : null;
    }

    private ActionDefinition? Definition(string actionTypeId) => portal.Areas.OfType<ActionArea>().FirstOrDefault()?.Find(actionTypeId[2..]);

    private string CallbackId(Enrollment enrollment) => string.Create(CultureInfo.InvariantCulture, $"ap-{portal.HubId}-{enrollment.Id}-{enrollment.ActionId}-0");

    private static void Note(Flow flow, Enrollment enrollment, long atMs, string what, string? detail) => flow.Note(new FlowLogEntry(atMs, enrollment.RecordId, enrollment.Id, enrollment.ActionId, what, detail));
}
