using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>Reading the journal: the first, the last, the one behind an offset, alone or several, and the file behind the address.</summary>
internal static class JournalEndpoints
{
    private const int MostAtOnce = 100;
    private const long AddressLivesMs = 60 * 60 * 1000;
    private const string Expired = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    private const string WrongSignature = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message></Error>";

    public static EmulatorReply? Handle(CrmCall call, JournalArea area) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _, "earliest"]) => One(call, Mine(call, area).FirstOrDefault()),
        ("GET", [_, _, "latest"]) => One(call, Mine(call, area).LastOrDefault()),
        ("GET", [_, _, "offset", var offset, "next"]) => One(call, After(call, area, offset).FirstOrDefault()),
        ("GET", [_, _, "batch", "earliest", var count]) => Many(call, Mine(call, area).Take(Count(count)), []),
        ("GET", [_, _, "batch", "latest", var count]) => Many(call, Mine(call, area).TakeLast(Count(count)), []),
        ("GET", [_, _, "batch", var offset, "next", var count]) => Many(call, After(call, area, offset).Take(Count(count)), []),
        ("POST", [_, _, "batch", "read"]) => Read(call, area),
        _ => null,
    };

    /// <summary>No credential is asked for: whoever has the address may read, until it expires.</summary>
    public static EmulatorReply? File(CrmCall call, JournalArea area)
    {
        if (call.Method != "GET") return null;
        var offset = call.Rest[2];
        var expires = long.TryParse(call.Http.QueryValue("expires"), CultureInfo.InvariantCulture, out var ms) ? ms : 0;
        if (call.Http.QueryValue("signature") != Sign(call.Rest[1], offset, expires)) return Denied(WrongSignature);
        if (expires <= call.AtMs) return Denied(Expired);
        return area.Entries.Find(one => one.Offset == offset) is { } entry ? JsonReply.Write(200, entry, static (json, one) => one.WriteFile(json)) with { OnTheWay = true } : Denied(Expired);
    }

    private static EmulatorReply Denied(string xml) => new(403, Encoding.UTF8.GetBytes(xml), "application/xml") { OnTheWay = true };

    private static IEnumerable<JournalEntry> Mine(CrmCall call, JournalArea area)
    {
        if (call.Http.QueryValue("installPortalId") is { } portal && portal != call.Portal.HubId.ToString(CultureInfo.InvariantCulture)) return [];
        return area.Entries.Where(entry => entry.AppId == call.Caller.AppId && entry.PublishedMs >= call.AtMs - JournalEntry.KeptMs);
    }

    /// <summary>An offset that has fallen out of the three days still says where to go on; one that was never handed out does not.</summary>
    private static IEnumerable<JournalEntry> After(CrmCall call, JournalArea area, string offset)
    {
        if (!Guid.TryParse(offset, out var uuid) || !long.TryParse(uuid.ToString()[^12..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) || JournalEntry.Uuid(number) != uuid.ToString())
            throw WebhookErrors.NoOffset(offset);
        return Mine(call, area).Where(entry => entry.Number > number);
    }

    private static int Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostAtOnce
        ? count : throw CrmErrors.Bad($"count must be between 1 and {MostAtOnce}", "count", text);

    private static EmulatorReply One(CrmCall call, JournalEntry? entry) =>
        entry is null ? EmulatorReply.NoContent : JsonReply.Write(200, (call, entry), static (json, state) => Write(json, state.call, state.entry));

    private static EmulatorReply Read(CrmCall call, JournalArea area)
    {
        var mine = Mine(call, area).ToDictionary(entry => entry.Offset);
        var inputs = call.BodyObject.Texts("inputs");
        if (inputs.Count > MostAtOnce) throw CrmErrors.BatchTooLarge(MostAtOnce);
        return Many(call, inputs.Where(mine.ContainsKey).Select(offset => mine[offset]), [.. inputs.Where(offset => !mine.ContainsKey(offset)).Select(offset => WebhookErrors.NoOffset(offset).Body)]);
    }

    private static EmulatorReply Many(CrmCall call, IEnumerable<JournalEntry> entries, IReadOnlyList<ErrorBody> errors) =>
        JsonReply.Write(errors.Count == 0 ? 200 : 207, (call, entries, errors), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var entry in state.entries) Write(json, state.call, entry);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.call.AtMs);
        });

    private static void Write(Utf8JsonWriter json, CrmCall call, JournalEntry entry)
    {
        var hub = call.Portal.HubId.ToString(CultureInfo.InvariantCulture);
        var expires = call.AtMs + AddressLivesMs;
        json.WriteStartObject();
        json.WriteString("url", string.Create(CultureInfo.InvariantCulture, $"{call.LinkBase}/webhooks-journal-files/{hub}/{entry.Offset}?expires={expires}&signature={Sign(hub, entry.Offset, expires)}"));
        json.WriteTime("expiresAt", expires);
        json.WriteString("currentOffset", entry.Offset);
        json.WriteEndObject();
    }

    // No secret to keep: it only has to fit the rest of the address.
    private static string Sign(string hub, string offset, long expires) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"journal {hub} {offset} {expires}"))));
}
