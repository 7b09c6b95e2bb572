using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>A value that somebody has set in HubSpot.</summary>
internal sealed record PortalEdit(string Property, string Value, DateTimeOffset At);

/// <summary>The people who work in HubSpot: now and then one of them corrects a contact's name or telephone number.</summary>
/// <param name="account">Calls HubSpot with a token of theirs, by a network on which nothing goes wrong.</param>
internal sealed class PortalPeople(SimClock clock, Dice dice, History history, HttpClient account)
{
    private readonly Dictionary<(string Id, string Property), PortalEdit> _edits = [];

    /// <summary>How many edits were made.</summary>
    public int Edits { get; private set; }

    /// <summary>The last edit of a field; null: nobody has touched it.</summary>
    public PortalEdit? Last(string contact, string property) => _edits.GetValueOrDefault((contact, property));

    /// <param name="ids">Contacts that the engine knows of: what is edited between a creation whose answer was lost and its repetition is written over.</param>
    /// <returns>Which contact and what of it; null: HubSpot does not answer just now.</returns>
    public async Task<(string Id, PortalEdit Edit)?> EditAsync(string token, IReadOnlyList<string> ids)
    {
        // Never a value it had before: what was changed and changed back between two looks has not changed.
        var (id, roll) = (dice.Pick(ids), dice.From(1, 10));
        var edit = new PortalEdit(roll <= 4 ? "firstname" : roll <= 6 ? "lastname" : "phone", $"{(roll <= 6 ? "Corrected" : "+44")}{++_numbers}", clock.Now);
        using var change = new HttpRequestMessage(HttpMethod.Patch, $"/crm/v3/objects/contacts/{id}") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) }, Content = JsonContent.Create(new { properties = new Dictionary<string, string> { [edit.Property] = edit.Value } }) };
        using var changed = await account.SendAsync(change);
        if (!changed.IsSuccessStatusCode) return null;
        _edits[(id, edit.Property)] = edit;
        Edits++;
        history.Say($"  HubSpot: contact {id} {edit.Property} = '{edit.Value}'");
        return (id, edit);
    }

    private int _numbers;
}
