using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Preferences;

/// <summary>What one address said about one kind of e-mail.</summary>
/// <param name="ByThemselves">The person did it, by a link or a form, and not an app.</param>
internal sealed record SubscriptionState(string State, long AtMs, string Source, bool ByThemselves, string? LegalBasis, string? Explanation);

/// <summary>What one address wants.</summary>
internal sealed class SubscriberState(string address)
{
    private readonly SortedDictionary<long, SubscriptionState> states = [];

    public string Address { get; } = address;

    /// <summary>When it opted out of everything; zero if it didn't.</summary>
    public long AllOutMs { get; set; }
    public bool AllOutByThemselves { get; set; }

    public SubscriptionState? Of(SubscriptionType type) => states.GetValueOrDefault(type.Id);

    public void Set(SubscriptionType type, SubscriptionState? state)
    {
        if (state is null) states.Remove(type.Id);
        else states[type.Id] = state;
    }

    public void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject(Address);
        json.WriteNumber("allOut", AllOutMs);
        json.WriteBoolean("self", AllOutByThemselves);
        json.WriteStartObject("states");
        foreach (var (id, state) in states)
        {
            json.WriteStartObject(id.ToString(CultureInfo.InvariantCulture));
            json.WriteString("state", state.State);
            json.WriteNumber("at", state.AtMs);
            json.WriteString("source", state.Source);
            json.WriteBoolean("self", state.ByThemselves);
            if (state.LegalBasis is not null) json.WriteString("basis", state.LegalBasis);
            if (state.Explanation is not null) json.WriteString("explanation", state.Explanation);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static SubscriberState Load(JsonProperty saved)
    {
        var subscriber = new SubscriberState(saved.Name) { AllOutMs = saved.Value.GetProperty("allOut").GetInt64(), AllOutByThemselves = saved.Value.GetProperty("self").GetBoolean() };
        foreach (var state in saved.Value.GetProperty("states").EnumerateObject())
            subscriber.states[long.Parse(state.Name, CultureInfo.InvariantCulture)] = new SubscriptionState(state.Value.Text("state")!, state.Value.GetProperty("at").GetInt64(), state.Value.Text("source")!,
                state.Value.GetProperty("self").GetBoolean(), state.Value.Text("basis"), state.Value.Text("explanation"));
        return subscriber;
    }
}
