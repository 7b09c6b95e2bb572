using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Consents;

/// <summary>A property of contacts in which people's consent to SMS or the like stands.</summary>
internal sealed class ConsentProperty(Connection connection, string property) : IPortalConsent
{
    private const int BatchSize = 100;
    private static readonly string[] s_granting = ["granted", "true", "yes", "subscribed", "opt_in", "opted_in"];
    private static readonly string[] s_denying = ["denied", "false", "no", "unsubscribed", "opt_out", "opted_out"];
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };
    private (string Granted, string Denied)? _words;

    /// <summary>What a value of the property says; any other word, like none at all, says nothing.</summary>
    public static ConsentState Read(string? value)
    {
        var word = (value ?? "").Trim().Replace('-', '_').Replace(' ', '_');
        return s_denying.Contains(word, StringComparer.OrdinalIgnoreCase) ? ConsentState.Denied : s_granting.Contains(word, StringComparer.OrdinalIgnoreCase) ? ConsentState.Granted : ConsentState.None;
    }

    public async Task<IReadOnlyList<string>> PropertiesAsync(CancellationToken cancellationToken)
    {
        await WordsAsync(cancellationToken).ConfigureAwait(false);
        return [property];
    }

    public Task<ConsentState> SaidAsync(CrmRecord contact, CancellationToken cancellationToken) => Task.FromResult(Read(contact[property]));

    public async Task<IReadOnlyDictionary<string, ConsentState>> ReadAsync(IReadOnlyList<ConsentEntry> entries, CancellationToken cancellationToken)
    {
        await WordsAsync(cancellationToken).ConfigureAwait(false);
        var read = await connection.Portal.Contacts.BatchReadAsync([.. entries.Select(entry => (RecordId)entry.Record_Id!).Distinct()], new ReadOptions { Properties = [property] }, _inTurn, cancellationToken).ConfigureAwait(false);
        var said = read.Select(outcome => outcome.Record).OfType<CrmRecord>().ToDictionary(record => record.Id.Value, record => Read(record[property]), StringComparer.Ordinal);
        return entries.Where(entry => said.ContainsKey(entry.Record_Id!)).ToDictionary(entry => entry.Contact_Key, entry => said[entry.Record_Id!], StringComparer.Ordinal);
    }

    public async Task<PortalAnswer> TellAsync(IReadOnlyList<ConsentEntry> entries, bool granted, CancellationToken cancellationToken)
    {
        var words = await WordsAsync(cancellationToken).ConfigureAwait(false);
        var (done, refused) = (new HashSet<string>(StringComparer.Ordinal), new Dictionary<string, (string, string?, string, string?)>(StringComparer.Ordinal));
        foreach (var batch in entries.DistinctBy(entry => entry.Record_Id).Chunk(BatchSize))
        {
            var outcomes = await connection.Portal.Contacts.BatchUpdateAsync([.. batch.Select(entry => new UpdateInput(entry.Record_Id!, new Dictionary<string, string?> { [property] = granted ? words.Granted : words.Denied }))], _inTurn, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < batch.Length; i++)
                foreach (var entry in entries.Where(entry => entry.Record_Id == batch[i].Record_Id))
                    if (outcomes[i].Error is { } error) refused[entry.Contact_Key] = (error.Message, error.Category, $"Set {property} of the contact by hand in HubSpot, then: spoke quarantine retry.", error.CorrelationId);
                    else done.Add(entry.Contact_Key);
        }
        return new PortalAnswer(done, refused);
    }

    /// <summary>The words the property takes: those of its options, or of a yes and no.</summary>
    private async Task<(string Granted, string Denied)> WordsAsync(CancellationToken cancellationToken)
    {
        if (_words is { } known) return known;
        var definition = await connection.Portal.Properties.GetAsync(RecordObjects.Contacts, property, _inTurn, cancellationToken).ConfigureAwait(false)
            ?? throw new HubSpotException(HubSpotErrorKind.NotFound, $"The portal's contacts have no property '{property}'. Make it, or correct consent.sms of connection {connection.Name}.");
        if (definition.Type == "bool") return (_words = ("true", "false")).Value;
        if (definition.Type != "enumeration") return (_words = ("granted", "denied")).Value;
        string? Option(ConsentState state) => definition.Options.Select(option => option.Key).FirstOrDefault(value => Read(value) == state);
        return (_words = Option(ConsentState.Granted) is { } yes && Option(ConsentState.Denied) is { } no ? (yes, no)
            : throw new HubSpotException(HubSpotErrorKind.Validation, $"The property '{property}' has no option for both: {string.Join(", ", definition.Options.Select(option => option.Key))}. Give it 'granted' and 'denied', or name another one in consent.sms of connection {connection.Name}.")).Value;
    }
}
