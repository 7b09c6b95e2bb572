using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Spoke.Bench.Clients;

/// <summary>A bare HttpClient, and System.Text.Json's document of the answer: the least anybody would write.</summary>
internal sealed class RawContacts(Uri baseUrl) : IContactsClient, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, UseCookies = false }) { BaseAddress = baseUrl };

    public async Task ReadAsync(string id, CancellationToken cancellationToken)
    {
        using var document = await SendAsync(HttpMethod.Get, Contacts.Root + "/" + id, null, cancellationToken);
        if (Properties(document.RootElement)["email"] != Contacts.Email) throw new InvalidOperationException("another record came back");
    }

    public async Task UpsertAsync(CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs");
            foreach (var (email, first, last) in Contacts.Upserted)
            {
                json.WriteStartObject();
                json.WriteString("id", email);
                json.WriteString("idProperty", "email");
                json.WriteStartObject("properties");
                json.WriteString("firstname", first);
                json.WriteString("lastname", last);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        using var document = await SendAsync(HttpMethod.Post, Contacts.Root + "/batch/upsert", memory.ToArray(), cancellationToken);
        if (document.RootElement.GetProperty("results").EnumerateArray().Select(Properties).Count(properties => properties.Count > 0) != 100) throw new InvalidOperationException("not all were upserted");
    }

    public async Task<int> PagesAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        for (string? after = ""; after is not null;)
        {
            using var document = await SendAsync(HttpMethod.Get, $"{Contacts.Root}?limit=100&properties=email{(after.Length > 0 ? "&after=" + Uri.EscapeDataString(after) : "")}", null, cancellationToken);
            count += document.RootElement.GetProperty("results").EnumerateArray().Select(Properties).Count(properties => properties["email"] is not null);
            after = document.RootElement.TryGetProperty("paging", out var paging) ? paging.GetProperty("next").GetProperty("after").GetString() : null;
        }
        return count;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + EmulatorProcess.Token);
        if (body is not null) request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private static Dictionary<string, string?> Properties(JsonElement record) => record.GetProperty("properties").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
}
