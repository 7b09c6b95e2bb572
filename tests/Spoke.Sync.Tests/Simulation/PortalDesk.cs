using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>Where people work in HubSpot: with a token of theirs, by a network on which nothing goes wrong.</summary>
/// <param name="account">Calls HubSpot.</param>
/// <param name="token">A token that holds now.</param>
internal sealed class PortalDesk(HttpClient account, Func<Task<string>> token)
{
    /// <returns>What HubSpot answered; null: it did not do it.</returns>
    public async Task<JsonElement?> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var call = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", await token()) }, Content = body is null ? null : JsonContent.Create(body) };
        return await CarryAsync(call);
    }

    /// <summary>Takes a record out of the recycle bin, which no published call does.</summary>
    public async Task<bool> RestoreAsync(string @object, string id)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, "/_emulator/restore") { Content = JsonContent.Create(new { objectType = @object, id }) };
        return await CarryAsync(call) is not null;
    }

    /// <summary>Opens a page that everybody may open.</summary>
    public async Task<bool> OpenAsync(string path)
    {
        using var answer = await account.GetAsync(new Uri(path, UriKind.Relative));
        return answer.IsSuccessStatusCode;
    }

    private async Task<JsonElement?> CarryAsync(HttpRequestMessage call)
    {
        using var answer = await account.SendAsync(call);
        if (!answer.IsSuccessStatusCode) return null;
        var text = await answer.Content.ReadAsStringAsync();
        return text.Length == 0 ? default(JsonElement) : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
