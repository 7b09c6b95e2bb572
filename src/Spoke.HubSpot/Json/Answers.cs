using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>The calls every area makes: one answer, one answer or none, and all pages of a list.</summary>
internal sealed class Answers(HubSpotClient client)
{
    public ApiVersion Version => client.Version;

    public Task<HubSpotResponse> SendAsync(HubSpotRequest request, RequestOptions? options, CancellationToken cancellationToken) => client.SendAsync(request, options, cancellationToken);

    public async Task<T> OneAsync<T>(HubSpotRequest request, Func<JsonElement, T> read, RequestOptions? options, CancellationToken cancellationToken)
    {
        var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
        using var document = CrmJson.Parse(response, request);
        return read(document.RootElement);
    }

    /// <summary>Null for a 404 that is about the thing asked for; a 404 with a cause of its own, such as a wrong path, is thrown.</summary>
    public async Task<T?> FindAsync<T>(HubSpotRequest request, Func<JsonElement, T> read, RequestOptions? options, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await OneAsync(request, read, options, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException missing) when (missing is { Kind: HubSpotErrorKind.NotFound, Cause: null })
        {
            return null;
        }
    }

    /// <summary>All pages of a path that takes <c>after</c>; <paramref name="path"/> already has a query.</summary>
    public async IAsyncEnumerable<T> PagesAsync<T>(string path, Func<JsonElement, T> read, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var request = new HubSpotRequest("GET", path + (after is null ? "" : "&after=" + CrmPaths.Escape(after)));
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            using var page = CrmJson.Parse(response, request);
            foreach (var item in CrmJson.Items(page.RootElement, "results")) yield return read(item);
            after = CrmJson.After(page.RootElement);
        }
        while (after is not null);
    }
}
