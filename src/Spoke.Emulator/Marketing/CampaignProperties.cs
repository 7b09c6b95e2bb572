using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Marketing;

/// <summary>The properties of campaigns: which may be written, with what, and what is worked out.</summary>
internal static partial class CampaignProperties
{
    private static readonly string[] Written = ["hs_name", "hs_start_date", "hs_end_date", "hs_audience", "hs_notes", "hs_goal", "hs_owner", "hs_currency_code", "hs_campaign_status", "hs_utm", "hs_color_hex"];
    private static readonly string[] WorkedOut = ["hs_object_id", "hs_created_by_user_id", "hs_budget_items_sum_amount", "hs_spend_items_sum_amount"];
    private static readonly string[] Statuses = ["planned", "in_progress", "active", "paused", "completed"];

    /// <summary>What a write asks for; an empty value takes one away.</summary>
    /// <exception cref="CrmRefusal">A property that is not there, not to be written, or a value it does not take.</exception>
    public static JsonObject Read(CrmCall call, JsonElement input, string request)
    {
        var values = new JsonObject();
        foreach (var (name, value) in input.Properties(request))
        {
            if (WorkedOut.Contains(name)) throw CampaignErrors.ReadOnly(name);
            if (!Written.Contains(name)) throw CampaignErrors.UnknownProperty(name);
            if (value.Length > 0) Check(call, name, value);
            else if (name == "hs_name") throw CampaignErrors.WrongValue(name, value, "a name");
            values[name] = value;
        }
        return values;
    }

    public static void Put(JsonObject campaign, JsonObject values)
    {
        var properties = campaign["properties"]!.AsObject();
        foreach (var (name, value) in values)
        {
            if (value!.GetValue<string>().Length > 0) properties[name] = value.DeepClone();
            else properties.Remove(name);
        }
    }

    /// <summary>Those asked for that have a value; none when none are.</summary>
    public static JsonObject Shown(JsonObject campaign, IEnumerable<string> names)
    {
        var shown = new JsonObject();
        foreach (var name in names.Distinct())
            if (Value(campaign, name) is { } value) shown[name] = value;
        return shown;
    }

    private static string? Value(JsonObject campaign, string name) => name switch
    {
        "hs_object_id" => campaign["id"]!.GetValue<string>(),
        "hs_budget_items_sum_amount" => Sum(campaign, "budget"),
        "hs_spend_items_sum_amount" => Sum(campaign, "spend"),
        _ => campaign["properties"]![name]?.GetValue<string>(),
    };

    private static string? Sum(JsonObject campaign, string kind) =>
        campaign[kind]!.AsObject().Count == 0 ? null : CampaignMoney.Total(campaign, kind).ToString(CultureInfo.InvariantCulture);

    private static void Check(CrmCall call, string name, string value)
    {
        switch (name)
        {
            case "hs_start_date" or "hs_end_date" when !DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _): throw CampaignErrors.WrongValue(name, value, "a date of the form YYYY-MM-DD");
            case "hs_campaign_status" when !Statuses.Contains(value): throw CampaignErrors.WrongValue(name, value, $"one of [{string.Join(", ", Statuses)}]");
            case "hs_color_hex" when !Colour().IsMatch(value): throw CampaignErrors.WrongValue(name, value, "a colour of the form #RRGGBB");
            case "hs_currency_code" when value != call.Portal.Currencies.Company && !call.Portal.Currencies.Additional.Contains(value): throw CampaignErrors.WrongValue(name, value, "a currency of this account");
        }
    }

    [GeneratedRegex("^#?[0-9A-Fa-f]{6}$", RegexOptions.CultureInvariant)]
    private static partial Regex Colour();
}
