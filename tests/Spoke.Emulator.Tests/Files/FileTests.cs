using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Tests.Crm;
using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Files;

public sealed class FileTests
{
    private const string Public = """{"access":"PUBLIC_INDEXABLE"}""";
    private readonly AreaPortal portal = new();

    private Answer Upload(string content, string name = "a.txt", string folder = "/shop", string options = Public, string path = "/files/v3/files", string method = "POST") => portal.Send(method, path, Encoding.UTF8.GetBytes(
        $"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{content}\r\n--b\r\nContent-Disposition: form-data; name=\"folderPath\"\r\n\r\n{folder}\r\n--b\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n{options}\r\n--b--\r\n"), "multipart/form-data; boundary=b");

    private string Read(string url) => Encoding.UTF8.GetString(portal.Raw("GET", new Uri(url).AbsolutePath).Body.Span);

    [Fact]
    public void Public_files_are_served_private_ones_only_by_a_signed_address_and_for_its_time()
    {
        var open = Upload("one\r\n--c two", folder: "/shop/pictures").Expect(201);
        Assert.Equal(("/shop/pictures/a.txt", "TEXT", "12"), (open.Text("path"), open.Text("type"), open.Text("size")));
        Assert.Equal("one\r\n--c two", Read(open.Text("url")));
        var secret = Upload("secret", "b.pdf", options: """{"access":"PRIVATE"}""").Expect(201);
        Assert.Equal(404, portal.Raw("GET", new Uri(secret.Text("url")).AbsolutePath).Status);
        var signed = portal.Send("GET", $"/files/v3/files/{secret.Text("id")}/signed-url?expirationSeconds=60").Expect(200).Text("url");
        Assert.Equal("secret", Read(signed));
        portal.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(403, portal.Raw("GET", new Uri(signed).AbsolutePath).Status);
        portal.AssertLasts();
    }

    [Fact]
    public void Duplicates_overwriting_and_time_to_live_do_as_asked()
    {
        var first = Upload("same").Expect(201).Text("id");
        Assert.Equal("a-1", Upload("other").Expect(201).Text("name"));
        Assert.Equal(first, Upload("new", options: """{"access":"PUBLIC_INDEXABLE","overwrite":true}""").Expect(201).Text("id"));
        Upload("new", "c.txt", options: """{"access":"PRIVATE","duplicateValidationStrategy":"REJECT"}""").Expect(409);
        Assert.Equal(first, Upload("new", "c.txt", options: """{"access":"PRIVATE","duplicateValidationStrategy":"RETURN_EXISTING"}""").Expect(201).Text("id"));
        var brief = Upload("brief", "d.txt", options: """{"access":"PRIVATE","ttl":"P1D"}""").Expect(201).Text("id");
        portal.Advance(TimeSpan.FromHours(25));
        portal.Send("GET", $"/files/v3/files/{brief}").Expect(404);
        portal.AssertLasts();
    }

    [Fact]
    public void Folders_move_with_everything_in_them_and_go_with_it()
    {
        var file = Upload("x", folder: "/shop/old").Expect(201).Text("id");
        var folder = portal.Send("GET", "/files/v3/folders/" + Uri.EscapeDataString("/shop/old")).Expect(200).Text("id");
        var task = portal.Send("POST", "/files/v3/folders/update/async", $$"""{"id":"{{folder}}","name":"new"}""").Expect(202).Text("id");
        portal.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("COMPLETE", portal.Send("GET", $"/files/v3/folders/update/async/tasks/{task}/status").Text("status"));
        Assert.Equal("/shop/new/a.txt", portal.Send("GET", $"/files/v3/files/{file}").Text("path"));
        var shop = portal.Send("GET", "/files/v3/folders/shop").Text("id");
        portal.Send("PATCH", $"/files/v3/folders/{shop}", $$"""{"parentFolderId":{{folder}}}""").Expect(400);
        portal.Send("DELETE", $"/files/v3/folders/{shop}").Expect(204);
        portal.Send("GET", $"/files/v3/files/{file}").Expect(404);
        portal.AssertLasts();
    }

    [Fact]
    public void Nothing_is_fetched_from_elsewhere()
    {
        var own = Upload("own").Expect(201).Text("url");
        portal.Send("POST", "/files/v3/files/import-from-url/async", """{"url":"file:///etc/passwd","access":"PRIVATE","folderPath":"/x"}""").Expect(400);
        var ids = new[] { own, "http://169.254.169.254/latest" }.Select(url => portal.Send("POST", "/files/v3/files/import-from-url/async", $$"""{"url":"{{url}}","access":"PRIVATE","folderPath":"/x","name":"copy.txt"}""").Expect(202).Text("id")).ToArray();
        portal.Advance(TimeSpan.FromSeconds(2));
        var good = portal.Send("GET", $"/files/v3/files/import-from-url/async/tasks/{ids[0]}/status").Expect(200);
        Assert.Equal(("COMPLETE", "/x/copy.txt", "3"), (good.Text("status"), good.Text("result.path"), good.Text("result.size")));
        var bad = portal.Send("GET", $"/files/v3/files/import-from-url/async/tasks/{ids[1]}/status").Expect(200);
        Assert.Equal("CANCELED", bad.Text("status"));
        Assert.Contains("does not fetch from the network", bad.Text("errors.0.message"), StringComparison.Ordinal);
        portal.AssertLasts();
    }

    [Fact]
    public void Wrong_uploads_are_refused()
    {
        portal.Send("POST", "/files/v3/files", "{}").Expect(415);
        Upload("x", options: "{}").Expect(400);
        Upload("x", options: """{"access":"EVERYBODY"}""").Expect(400);
        Upload("x", options: """{"access":"PRIVATE","ttl":"soon"}""").Expect(400);
        var id = Upload("x").Expect(201).Text("id");
        Upload("x", "b.pdf", path: $"/files/v3/files/{id}", method: "PUT").Expect(400);
    }

    [Fact]
    public async Task A_browser_uploads_and_anybody_reads()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3, 0, 255]), "file", "p.png" }, { new StringContent("/"), "folderPath" }, { new StringContent(Public), "options" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/files/v3/files") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", EmulatorServer.DefaultToken);
        using var response = await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(201, (int)response.StatusCode);
        using var read = await emulator.Http.GetAsync(answer.GetProperty("url").GetString(), TestContext.Current.CancellationToken);
        Assert.Equal("image/png", read.Content.Headers.ContentType!.ToString());
        Assert.Equal([1, 2, 3, 0, 255], await read.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public void Every_operation_answers_as_published(string version)
    {
        var calls = new PublishedCalls(portal);
        var (files, folders) = ($"/files/{version}/files", $"/files/{version}/folders");
        var upload = Upload("x", path: version == "2026-09" ? "/files/v3/files" : files).Expect(201);
        var id = upload.Text("id");
        var folder = upload.Text("parentFolderId");
        calls.Ok("GET", $"{files}/search?name=a&sizeGte=1&sort=-createdAt&parentFolderIds={folder}");
        calls.Ok("GET", $"{folders}/search?path=/shop");
        var task = calls.Ok("POST", $"{folders}/update/async", $$"""{"id":"{{folder}}","name":"store"}""", 202).Text("id");
        var import = calls.Ok("POST", $"{files}/import-from-url/async", """{"url":"https://nowhere.invalid/x.png","access":"PRIVATE","folderPath":"/x"}""", 202).Text("id");
        portal.Advance(TimeSpan.FromSeconds(2));
        calls.Ok("GET", $"{folders}/update/async/tasks/{task}/status");
        calls.Ok("GET", $"{files}/import-from-url/async/tasks/{import}/status");
        calls.Ok("PATCH", $"{folders}/{folder}", """{"name":"shop"}""");
        if (version == "2026-09") return;
        calls.Check("POST", files, upload);
        calls.Ok("GET", $"{files}/{id}?properties=name");
        calls.Ok("PATCH", $"{files}/{id}", """{"name":"b","access":"PRIVATE","isUsableInContent":false,"expiresAt":"2027-01-01T00:00:00Z"}""");
        calls.Check("PUT", $"{files}/{id}", Upload("longer", path: $"{files}/{id}", method: "PUT").Expect(200));
        calls.Ok("GET", $"{files}/stat/{Uri.EscapeDataString("shop/b.txt")}");
        calls.Ok("GET", $"{files}/stat/shop");
        calls.Ok("GET", $"{files}/{id}/signed-url");
        if (version == "v3") Assert.Equal(200, portal.Raw("GET", $"{files}/{id}/download").Status);
        calls.Ok("DELETE", $"{files}/{id}/gdpr-delete", status: 204);
        calls.Refused("GET", $"{files}/{id}", 404);
        calls.Ok("DELETE", $"{files}/{Upload("y").Text("id")}", status: 204);
        var inner = calls.Ok("POST", folders, $$"""{"name":"inner","parentFolderId":"{{folder}}"}""", 201).Text("id");
        calls.Ok("GET", $"{folders}/{inner}");
        calls.Ok("DELETE", $"{folders}/{inner}", status: 204);
        portal.AssertLasts();
    }
}
