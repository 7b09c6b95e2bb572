using System.Text;
using System.Text.Json;

namespace Spoke.Emulator.Xunit;

/// <summary>Calls under <c>/_emulator/</c>.</summary>
internal sealed class EmulatorControl(Uri baseUrl) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(baseUrl, "/_emulator/") };

    /// <summary>An object of texts and numbers; what is null is left out.</summary>
    public static string Object(params (string Name, object? Value)[] members)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
            {
                switch (value)
                {
                    case null: break;
                    case int number: json.WriteNumber(name, number); break;
                    case long number: json.WriteNumber(name, number); break;
                    case double number: json.WriteNumber(name, number); break;
                    default: json.WriteString(name, (string)value); break;
                }
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <exception cref="InvalidOperationException">Refused; the message is the emulator's.</exception>
    public async Task<JsonDocument> ReadAsync(string method, string call, string? body, CancellationToken cancellationToken) =>
        JsonDocument.Parse(await SendAsync(method, call, body, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="ReadAsync"/>
    public async Task<string> SendAsync(string method, string call, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), call);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException(Reason(text) ?? $"{method} /_emulator/{call} answered {(int)response.StatusCode}.");
    }

    public void Dispose() => _http.Dispose();

    private static string? Reason(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.GetProperty("error").GetString();
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
