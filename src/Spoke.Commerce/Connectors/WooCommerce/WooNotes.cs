using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>
/// Writes a note at an order once. Its key goes into the order's meta data before the note is posted; when the key is there already, the order's notes are looked at:
/// as many with this text as there are keys for it mean that the answer was lost and not the note.
/// </summary>
internal sealed partial class WooNotes(WooApi api)
{
    private const string Key = "_spoke_notes";
    private const int Kept = 100;

    /// <param name="more">Further meta data to write in the same call as the key.</param>
    /// <param name="status">A status to set in the same call.</param>
    /// <returns>Whether the note was written now.</returns>
    public async Task<bool> WriteOnceAsync(JsonElement order, string key, string text, IEnumerable<JsonObject> more, string? status, CancellationToken cancellationToken)
    {
        var path = $"wc/v3/orders/{order.Text("id")}";
        var (mine, about) = (Hash(key), Hash(Plain(text)));
        var keys = WooMeta.Json(order, Key) as JsonArray ?? [];
        var known = keys.Any(k => k?["k"]?.ToString() == mine);
        if (!known) keys.Add(new JsonObject { ["k"] = mine, ["t"] = about });
        while (keys.Count > Kept) keys.RemoveAt(0);
        var wanted = keys.Count(k => k?["t"]?.ToString() == about);
        List<JsonObject> meta = [.. more, .. known ? Array.Empty<JsonObject>() : [WooMeta.Entry(Key, keys)]];
        if (meta.Count > 0 || status is not null)
        {
            var body = new JsonObject { ["meta_data"] = new JsonArray([.. meta]) };
            if (status is not null) body["status"] = status;
            await api.PutAsync(path, body, cancellationToken).ConfigureAwait(false);
        }
        if (known)
        {
            var notes = await api.ReadAsync($"{path}/notes", [], cancellationToken).ConfigureAwait(false);
            if (notes?.Body is not { ValueKind: JsonValueKind.Array } rows) return false;
            if (rows.EnumerateArray().Count(note => Hash(Plain(note.TextOrNull("note") ?? "")) == about) >= wanted) return false;
        }
        await api.PostOnceAsync($"{path}/notes", new JsonObject { ["note"] = text }, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // WordPress may dress a text up in paragraphs and entities.
    private static string Plain(string text) => Blanks().Replace(WebUtility.HtmlDecode(Tags().Replace(text, " ")), " ").Trim();

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    [GeneratedRegex("</?[a-zA-Z][^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
