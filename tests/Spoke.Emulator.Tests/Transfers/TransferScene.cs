using System.Text.Json;

namespace Spoke.Emulator.Tests.Transfers;

/// <summary>Imports and exports against an emulator over HTTP, each carried to its end by the emulator's clock.</summary>
internal sealed class TransferScene : IAsyncDisposable
{
    private TransferScene(EmulatorClient emulator) => Emulator = emulator;

    public EmulatorClient Emulator { get; }

    public static async Task<TransferScene> StartAsync() => new(await EmulatorClient.StartAsync());

    /// <summary>The answer to starting an import.</summary>
    public async Task<Reply> StartAsync(string request, params (string Name, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(request), "importRequest" } };
        foreach (var (name, content) in files) form.Add(new ByteArrayContent(content), "files", name);
        using var message = new HttpRequestMessage(HttpMethod.Post, "/crm/v3/imports") { Content = form };
        message.Headers.TryAddWithoutValidation("Authorization", "Bearer pat-na1-00000000-0000-4000-8000-000000000001");
        using var response = await Emulator.Http.SendAsync(message, TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }

    /// <summary>An import that is through.</summary>
    public async Task<JsonElement> ImportAsync(string request, params (string Name, byte[] Content)[] files)
    {
        var id = (await StartAsync(request, files)).Expect(200).Json.GetProperty("id").GetString();
        await AdvanceAsync(2_000);
        return (await Emulator.SendAsync("GET", $"/crm/v3/imports/{id}")).Expect(200).Json;
    }

    public async Task<JsonElement[]> ErrorsAsync(JsonElement import) =>
        [.. (await Emulator.SendAsync("GET", $"/crm/v3/imports/{import.GetProperty("id").GetString()}/errors")).Expect(200).Json.GetProperty("results").EnumerateArray()];

    public async Task<(string? Type, byte[] Content)> ExportAsync(string request)
    {
        var id = (await Emulator.SendAsync("POST", "/crm/v3/exports/export/async", request)).Expect(202).Json.GetProperty("id").GetString();
        await AdvanceAsync(3_000);
        var url = (await Emulator.SendAsync("GET", $"/crm/v3/exports/export/async/tasks/{id}/status")).Expect(200).Json.GetProperty("result").GetString()!;
        using var response = await Emulator.Http.GetAsync(new Uri(url), TestContext.Current.CancellationToken);
        return (response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public Task AdvanceAsync(int milliseconds) => Emulator.ControlAsync("POST", "clock", $$"""{"advanceMs":{{milliseconds}}}""");

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();
}
