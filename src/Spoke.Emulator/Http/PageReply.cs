using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Http;

/// <summary>A page of a list answer whose <c>after</c> is the place in the list.</summary>
internal static class PageReply
{
    public static EmulatorReply Of<T>(CrmCall call, IEnumerable<T> items, Action<Utf8JsonWriter, T> one, int standard = 10, int most = 100, bool total = false)
    {
        var limit = call.Limit(standard, most);
        var after = call.Http.QueryValue("after");
        var from = 0;
        if (!string.IsNullOrEmpty(after) && !int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from)) throw CrmErrors.Bad($"Invalid paging cursor: {after}", "after", after);
        var all = items as IReadOnlyCollection<T> ?? [.. items];
        var page = all.Skip(from).Take(limit).ToArray();
        var next = from + page.Length < all.Count ? (from + page.Length).ToString(CultureInfo.InvariantCulture) : null;
        return JsonReply.Write(200, (call, all, page, one, next, total), static (json, state) =>
        {
            json.WriteStartObject();
            if (state.total) json.WriteNumber("total", state.all.Count);
            json.WriteStartArray("results");
            foreach (var item in state.page) state.one(json, item);
            json.WriteEndArray();
            state.call.WritePaging(json, state.next);
            json.WriteEndObject();
        });
    }
}
