using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>A dynamic list that becomes a static one on a day, or once nothing was added for a while.</summary>
internal static class ListConversion
{
    public static EmulatorReply Handle(CrmCall call, StoredList list)
    {
        var zone = ListZone.Of(call.Portal);
        switch (call.Method)
        {
            case "PUT":
                if (list.Processing != StoredList.Dynamic) throw ListErrors.WrongKind(list, StoredList.Dynamic);
                var wish = JsonNode.Parse(call.BodyObject.GetRawText())!.AsObject();
                list.ConversionMs = DueOf(wish, list, call.AtMs, zone);
                list.Conversion = wish;
                list.ConvertedMs = 0;
                return Reply(list, changed: true);
            case "DELETE":
                var had = list is { Conversion: not null, ConvertedMs: 0 };
                if (had) list.Conversion = null;
                return JsonReply.Empty(had);
            default: return list.Conversion is null ? throw ListErrors.NoConversion(list) : Reply(list, changed: false);
        }
    }

    /// <summary>The moment came. Where it waited for a quiet time, that time may have begun anew.</summary>
    public static void Carry(StoredList list, ListZone zone, long nowMs)
    {
        if (FilterReader.Text(list.Conversion!, "conversionType") == "INACTIVITY" && DueOf(list.Conversion!, list, list.LastAddedMs, zone) is var later && later > nowMs)
        {
            list.ConversionMs = later;
            return;
        }
        list.ConvertedMs = nowMs;
        list.Processing = StoredList.Snapshot;
        list.UpdatedMs = nowMs;
        list.ClearSchedule();
    }

    private static long DueOf(JsonObject wish, StoredList list, long fromMs, ListZone zone)
    {
        var from = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(fromMs, list.LastAddedMs));
        switch (FilterReader.Text(wish, "conversionType"))
        {
            case "CONVERSION_DATE":
                var day = $"{FilterReader.Text(wish, "year")}-{FilterReader.Text(wish, "month")?.PadLeft(2, '0')}-{FilterReader.Text(wish, "day")?.PadLeft(2, '0')}";
                return DateTime.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                    ? zone.ToMs(date)
                    : throw ListErrors.Bad($"year, month and day are no date: {day}", "conversionType", "CONVERSION_DATE");
            case "INACTIVITY":
                if (!int.TryParse(FilterReader.Text(wish, "offset"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) || offset is 0 or > 10_000)
                    throw ListErrors.Bad("offset must be a whole number above 0", "offset", FilterReader.Text(wish, "offset") ?? "");
                return (FilterReader.Text(wish, "timeUnit") switch
                {
                    "DAY" => from.AddDays(offset),
                    "WEEK" => from.AddDays(7 * offset),
                    "MONTH" => from.AddMonths(offset),
                    var other => throw ListErrors.Bad("timeUnit must be one of [DAY, WEEK, MONTH]", "timeUnit", other ?? ""),
                }).ToUnixTimeMilliseconds();
            case var other: throw ListErrors.Bad("conversionType must be one of [CONVERSION_DATE, INACTIVITY]", "conversionType", other ?? "");
        }
    }

    private static EmulatorReply Reply(StoredList list, bool changed) => JsonReply.Write(200, list, static (json, list) =>
    {
        json.WriteStartObject();
        json.WriteString("listId", list.IdText);
        json.WritePropertyName("requestedConversionTime");
        list.Conversion!.WriteTo(json);
        if (list.ConvertedMs != 0) json.WriteTime("convertedAt", list.ConvertedMs);
        json.WriteEndObject();
    }, changed);
}
