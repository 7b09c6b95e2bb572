using Spoke.HubSpot;

namespace Spoke.Bench.Clients;

/// <summary>Ours, as its README shows it.</summary>
internal sealed class SpokeContacts(HubSpotClient client) : IContactsClient
{
    private static readonly ReadOptions s_email = new() { Properties = ["email"] };

    public async Task ReadAsync(string id, CancellationToken cancellationToken)
    {
        if ((await client.Contacts.GetAsync(new RecordId(id), cancellationToken: cancellationToken))?["email"] != Contacts.Email) throw new InvalidOperationException("another record came back");
    }

    public async Task UpsertAsync(CancellationToken cancellationToken)
    {
        var inputs = Contacts.Upserted.Select(contact => new UpsertInput(contact.Email, new Dictionary<string, string?> { ["firstname"] = contact.FirstName, ["lastname"] = contact.LastName })).ToList();
        if ((await client.Contacts.BatchUpsertAsync("email", inputs, cancellationToken: cancellationToken)).Count(outcome => outcome.Record is not null) != 100) throw new InvalidOperationException("not all were upserted");
    }

    public async Task<int> PagesAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var contact in client.Contacts.ListAsync(s_email, cancellationToken: cancellationToken))
            if (contact["email"] is not null) count++;
        return count;
    }
}
