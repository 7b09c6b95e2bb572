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

    /// <summary>All items of an answer that comes whole.</summary>
    public async IAsyncEnumerable<T> ItemsAsync<T>(HubSpotRequest request, Func<JsonElement, T> read, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in await OneAsync(request, root => CrmJson.Items(root, "results").Select(read).ToList(), options, cancellationToken).ConfigureAwait(false)) yield return item;
    }

    /// <summary>Inputs in calls of <paramref name="most"/>; what was done and what was refused, in the order of the answers.</summary>
    public async Task<(List<T> Done, List<HubSpotException> Errors)> BatchAsync<TInput, T>(string path, IEnumerable<TInput> inputs, int most, Action<Utf8JsonWriter, TInput> write, Func<JsonElement, T> read, RequestOptions? options, CancellationToken cancellationToken, bool? repeatable = null)
    {
        var (done, errors) = (new List<T>(), new List<HubSpotException>());
        foreach (var chunk in inputs.Chunk(most))
        {
            var request = new HubSpotRequest("POST", path) { Repeatable = repeatable, Body = CrmJson.Write(json => WriteInputs(json, chunk, write)) };
            var response = await client.SendAsync(request, options, cancellationToken).ConfigureAwait(false);
            if (response.Body.IsEmpty) continue;
            using var document = CrmJson.Parse(response, request);
            done.AddRange(CrmJson.Items(document.RootElement, "results").Select(read));
            errors.AddRange(CrmJson.Items(document.RootElement, "errors").Select(error => ErrorMapping.FromBatchEntry(ErrorEnvelope.Parse(error), request)));
        }
        return (done, errors);
    }

    private static void WriteInputs<TInput>(Utf8JsonWriter json, IReadOnlyList<TInput> inputs, Action<Utf8JsonWriter, TInput> write)
    {
        json.WriteStartArray("inputs");
        foreach (var input in inputs)
        {
            json.WriteStartObject();
            write(json, input);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
