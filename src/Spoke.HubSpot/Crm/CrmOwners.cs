using System.Runtime.CompilerServices;

namespace Spoke.HubSpot;

/// <summary>A user who can own records.</summary>
public sealed record CrmOwner(string Id, string? Email, string? FirstName, string? LastName, string? UserId, bool Archived);

/// <summary>Owners. Scope: <c>crm.objects.owners.read</c>.</summary>
public sealed class CrmOwners
{
    private readonly HubSpotClient _client;

    internal CrmOwners(HubSpotClient client) => _client = client;

    /// <summary>All owners, a page of 500 a call.</summary>
    public async IAsyncEnumerable<CrmOwner> ListAsync(string? email = null, RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        do
        {
            var request = new HubSpotRequest("GET", CrmPaths.Owners(_client.Version) + "?limit=500" + (email is null ? "" : "&email=" + CrmPaths.Escape(email)) + (after is null ? "" : "&after=" + CrmPaths.Escape(after)));
            var response = await _client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(page.RootElement, "results"))
                yield return new CrmOwner(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "email"), CrmJson.Text(item, "firstName"), CrmJson.Text(item, "lastName"), CrmJson.Text(item, "userId"), CrmJson.Bool(item, "archived"));
            after = CrmJson.After(page.RootElement);
        }
        while (after is not null);
    }
}
