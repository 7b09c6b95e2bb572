using System.Globalization;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks;

internal enum DeliveryState { Waiting, Ready, Delivered, Failed }

/// <summary>Up to a hundred events that go to one app in one request, and what became of each attempt.</summary>
internal sealed class WebhookDelivery(long id, long appId, long createdMs, IReadOnlyList<string> events)
{
    /// <summary>Every event is written with this, long before any text of a user's; an attempt puts its number there.</summary>
    public const string FirstAttempt = "\"attemptNumber\":0";

    private const int AnswerKept = 500;

    public long Id { get; } = id;
    public long AppId { get; } = appId;
    public long CreatedMs { get; } = createdMs;

    /// <summary>Each a JSON object.</summary>
    public IReadOnlyList<string> Events { get; } = events;
    public DeliveryState State { get; set; } = DeliveryState.Ready;

    /// <summary>The attempt that comes next, counted from 0.</summary>
    public int Attempt { get; set; }
    public long DueMs { get; set; }
    public List<(long AtMs, SendOutcome Outcome)> Attempts { get; } = [];

    public bool Finished => State is DeliveryState.Delivered or DeliveryState.Failed;

    public byte[] Body()
    {
        var number = "\"attemptNumber\":" + Attempt.ToString(CultureInfo.InvariantCulture);
        var body = new StringBuilder("[");
        foreach (var one in Events)
        {
            var at = one.IndexOf(FirstAttempt, StringComparison.Ordinal);
            if (body.Length > 1) body.Append(',');
            body.Append(one, 0, at).Append(number).Append(one, at + FirstAttempt.Length, one.Length - at - FirstAttempt.Length);
        }
        return Encoding.UTF8.GetBytes(body.Append(']').ToString());
    }

    public void Heard(long atMs, SendOutcome outcome)
    {
        Attempts.Add((atMs, outcome with { Answer = outcome.Answer.Length > AnswerKept ? outcome.Answer[..AnswerKept] : outcome.Answer }));
        if (outcome.Succeeded)
        {
            State = DeliveryState.Delivered;
            return;
        }
        if (RetrySchedule.After(Attempt, Id) is not { } wait)
        {
            State = DeliveryState.Failed;
            return;
        }
        (State, DueMs) = (DeliveryState.Waiting, atMs + (long)wait.TotalMilliseconds);
        Attempt++;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id", Id);
        json.WriteNumber("appId", AppId);
        json.WriteNumber("created", CreatedMs);
        json.WriteString("status", State switch { DeliveryState.Waiting => "waiting", DeliveryState.Ready => "ready", DeliveryState.Delivered => "delivered", _ => "failed" });
        json.WriteNumber("attemptNumber", Attempt);
        json.WriteNumber("due", DueMs);
        json.WriteStartArray("attempts");
        foreach (var (atMs, outcome) in Attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("at", atMs);
            json.WritePropertyName("outcome");
            outcome.Write(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("events");
        foreach (var one in Events) json.WriteRawValue(one, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static WebhookDelivery Load(JsonElement saved)
    {
        var delivery = new WebhookDelivery(saved.GetProperty("id").GetInt64(), saved.GetProperty("appId").GetInt64(), saved.GetProperty("created").GetInt64(),
            [.. saved.GetProperty("events").EnumerateArray().Select(one => one.GetRawText())])
        {
            State = saved.Text("status") switch { "waiting" => DeliveryState.Waiting, "ready" => DeliveryState.Ready, "delivered" => DeliveryState.Delivered, _ => DeliveryState.Failed },
            Attempt = saved.Int("attemptNumber") ?? 0,
            DueMs = saved.GetProperty("due").GetInt64(),
        };
        foreach (var one in saved.GetProperty("attempts").EnumerateArray()) delivery.Attempts.Add((one.GetProperty("at").GetInt64(), SendOutcome.Read(one.GetProperty("outcome"))));
        return delivery;
    }
}
