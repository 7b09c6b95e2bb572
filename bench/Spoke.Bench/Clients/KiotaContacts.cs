using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Microsoft.Kiota.Serialization.Json;

namespace Spoke.Bench.Clients;

/// <summary>What Microsoft's Kiota generates from a description of these three calls, by its runtime with its usual handlers.</summary>
internal sealed class KiotaContacts : IContactsClient, IDisposable
{
    private readonly HttpClientRequestAdapter _adapter;
    private readonly Dictionary<string, object> _root;

    public KiotaContacts(Uri baseUrl)
    {
        _adapter = new HttpClientRequestAdapter(new BaseBearerTokenAuthenticationProvider(new Token()), new JsonParseNodeFactory(), new JsonSerializationWriterFactory()) { BaseUrl = baseUrl.ToString().TrimEnd('/') };
        _root = new Dictionary<string, object> { ["baseurl"] = _adapter.BaseUrl };
    }

    public async Task ReadAsync(string id, CancellationToken cancellationToken)
    {
        var request = new RequestInformation(Method.GET, "{+baseurl}/crm/objects/2026-09/contacts/{contactId}{?archived*,properties*}", new Dictionary<string, object>(_root) { ["contactId"] = id });
        request.Headers.TryAdd("Accept", "application/json");
        var contact = await _adapter.SendAsync(request, KiotaRecord.Create, null, cancellationToken);
        if (contact?.Properties?.AdditionalData["email"] as string != Contacts.Email) throw new InvalidOperationException("another record came back");
    }

    public async Task UpsertAsync(CancellationToken cancellationToken)
    {
        var body = new KiotaUpserts { Inputs = [.. Contacts.Upserted.Select(contact => new KiotaUpsert { Id = contact.Email, IdProperty = "email", Properties = new KiotaProperties { AdditionalData = { ["firstname"] = contact.FirstName, ["lastname"] = contact.LastName } } })] };
        var request = new RequestInformation(Method.POST, "{+baseurl}/crm/objects/2026-09/contacts/batch/upsert", new Dictionary<string, object>(_root));
        request.Headers.TryAdd("Accept", "application/json");
        request.SetContentFromParsable(_adapter, "application/json", body);
        var answer = await _adapter.SendAsync(request, KiotaPage.Create, null, cancellationToken);
        if (answer?.Results?.Count(record => record.Properties is not null) != 100) throw new InvalidOperationException("not all were upserted");
    }

    public async Task<int> PagesAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        for (string? after = ""; after is not null;)
        {
            var request = new RequestInformation(Method.GET, "{+baseurl}/crm/objects/2026-09/contacts{?after*,limit*,properties*}", new Dictionary<string, object>(_root));
            request.Headers.TryAdd("Accept", "application/json");
            request.QueryParameters["limit"] = 100;
            request.QueryParameters["properties"] = new[] { "email" };
            if (after.Length > 0) request.QueryParameters["after"] = after;
            var page = await _adapter.SendAsync(request, KiotaPage.Create, null, cancellationToken);
            count += page?.Results?.Count(record => record.Properties?.AdditionalData["email"] is not null) ?? 0;
            after = page?.Paging?.Next?.After;
        }
        return count;
    }

    public void Dispose() => _adapter.Dispose();

    private sealed class Token : IAccessTokenProvider
    {
        public AllowedHostsValidator AllowedHostsValidator { get; } = new();

        public Task<string> GetAuthorizationTokenAsync(Uri uri, Dictionary<string, object>? additionalAuthenticationContext = null, CancellationToken cancellationToken = default) => Task.FromResult(EmulatorProcess.Token);
    }
}
