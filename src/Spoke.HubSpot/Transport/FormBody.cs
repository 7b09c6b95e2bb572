using System.Net.Http.Headers;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>A multipart/form-data body, built in memory so that it can be sent again.</summary>
internal static class FormBody
{
    /// <summary>What one file may have at most: 64 MiB.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    /// <summary>A POST with text parts and one file.</summary>
    /// <exception cref="ArgumentException">The file is larger than <see cref="MostBytes"/>.</exception>
    public static async Task<HubSpotRequest> PostAsync(string path, FormFile file, IEnumerable<(string Name, ReadOnlyMemory<byte> Text)> texts, bool repeatable, CancellationToken cancellationToken)
    {
        if (file.Content.Length > MostBytes)
            throw new ArgumentException($"{file.FileName} has {file.Content.Length} bytes; at most {MostBytes} (64 MiB) are sent from memory. Split it, or upload it in HubSpot itself.");
        using var form = new MultipartFormDataContent();
        foreach (var (name, text) in texts) form.Add(Part(text, name));
        var whole = Part(file.Content, file.Part);
        whole.Headers.ContentDisposition!.FileName = Quoted(file.FileName);
        whole.Headers.ContentType = new MediaTypeHeaderValue(file.ContentType);
        form.Add(whole);
        using var body = new MemoryStream(file.Content.Length + 4096);
        await form.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
        return new HubSpotRequest("POST", path) { Body = body.GetBuffer().AsMemory(0, (int)body.Length), ContentType = form.Headers.ContentType!.ToString(), Repeatable = repeatable };
    }

    public static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text);

    // The form's own Add would write the file's name a second time as filename*, with the quotes in it.
    private static ReadOnlyMemoryContent Part(ReadOnlyMemory<byte> content, string name) =>
        new(content) { Headers = { ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = Quoted(name) } } };

    // Browsers quote names; some servers read nothing else.
    private static string Quoted(string name) => $"\"{name}\"";
}

/// <summary>The file of a form.</summary>
/// <param name="Part">Name of its part.</param>
/// <param name="FileName">In ASCII and without quotes: anything else servers read in different ways.</param>
internal sealed record FormFile(string Part, string FileName, string ContentType, ReadOnlyMemory<byte> Content);
