using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Search;

internal static class SearchEndpoint
{
    public static EmulatorReply Handle(CrmCall call, ObjectTypeDefinition type)
    {
        var query = SearchQuery.Read(call, type);
        var lagMs = (long)call.Portal.SearchLag.TotalMilliseconds;
        // Without a lag everything carried out so far counts, whatever the clock says.
        var (page, total) = SearchEngine.Find(type, query, lagMs <= 0 ? long.MaxValue : call.AtMs - lagMs);
        var end = query.After + page.Count;
        var next = page.Count > 0 && end < total ? end.ToString(CultureInfo.InvariantCulture) : null;
        var standard = type.SearchDefaults.Count > 0 ? type.SearchDefaults : type.DefaultProperties;
        var view = RecordView.Of(type, call.Body.Texts("properties"), standard: standard);
        return JsonReply.Write(200, (page, total, next, view), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", state.total);
            json.WriteStartArray("results");
            foreach (var found in state.page)
            {
                json.WriteStartObject();
                RecordJson.WriteMembers(json, found.Record, state.view, found.Values, found.UpdatedMs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (state.next is not null)
            {
                json.WriteStartObject("paging");
                json.WriteStartObject("next");
                json.WriteString("after", state.next);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        });
    }
}
