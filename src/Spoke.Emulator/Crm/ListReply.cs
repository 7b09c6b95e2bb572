using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>One page of a list whose items have rising numbers; the cursor is the number of the next item.</summary>
internal static class ListReply
{
    public static EmulatorReply Page<T>(CrmCall call, IEnumerable<T> items, Func<T, long> number, int limit, Action<Utf8JsonWriter, T> write, bool falling = false)
    {
        var after = call.Http.QueryValue("after");
        long from = 0;
        if (!string.IsNullOrEmpty(after) && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from)) throw CrmErrors.Bad($"Invalid paging cursor: {after}", "after", after);
        var rest = items.Where(item => from == 0 || (falling ? number(item) <= from : number(item) >= from)).Take(limit + 1).ToArray();
        var next = rest.Length > limit ? number(rest[limit]).ToString(CultureInfo.InvariantCulture) : null;
        return JsonReply.Write(200, (call, page: rest.Take(limit), next, write), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var item in state.page) state.write(json, item);
            json.WriteEndArray();
            state.call.WritePaging(json, state.next);
            json.WriteEndObject();
        });
    }
}
