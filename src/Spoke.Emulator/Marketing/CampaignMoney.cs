using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>What a campaign may cost (budget) and what it did cost (spend): items of the same form, and their sums.</summary>
internal static class CampaignMoney
{
    public static EmulatorReply? Handle(CrmCall call, JsonObject campaign, string kind, string[] rest)
    {
        var items = campaign[kind]!.AsObject();
        switch (call.Method, rest)
        {
            case ("POST", []):
                var id = call.Portal.NextPartId().ToString(CultureInfo.InvariantCulture);
                return CampaignEndpoints.Answer(201, Put(call, items, id, null), changed: true);
            case ("GET", ["totals"]) when kind == "budget": return Totals(call, campaign);
            case ("GET", [var one]): return CampaignEndpoints.Answer(200, Require(items, kind, one));
            case ("PUT", [var one]): return CampaignEndpoints.Answer(200, Put(call, items, one, Require(items, kind, one)), changed: true);
            case ("DELETE", [var one]):
                Require(items, kind, one);
                items.Remove(one);
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    public static decimal Total(JsonObject campaign, string kind) => campaign[kind]!.AsObject().Sum(item => item.Value!["amount"]!.GetValue<decimal>());

    private static EmulatorReply Totals(CrmCall call, JsonObject campaign)
    {
        var (budget, spend) = (Total(campaign, "budget"), Total(campaign, "spend"));
        return CampaignEndpoints.Answer(200, new JsonObject
        {
            ["currencyCode"] = campaign["properties"]!["hs_currency_code"]?.GetValue<string>() ?? call.Portal.Currencies.Company,
            ["budgetItems"] = Items(campaign, "budget"),
            ["spendItems"] = Items(campaign, "spend"),
            ["budgetTotal"] = budget,
            ["spendTotal"] = spend,
            ["remainingBudget"] = budget - spend,
        });
    }

    private static JsonArray Items(JsonObject campaign, string kind) => [.. campaign[kind]!.AsObject().Select(item => item.Value!.DeepClone())];

    private static JsonObject Put(CrmCall call, JsonObject items, string id, JsonObject? before)
    {
        const string input = "PublicBudgetItemInput";
        var name = call.BodyObject.RequiredText(input, "name");
        if (!decimal.TryParse(call.Body.RequiredText(input, "amount"), NumberStyles.Number, CultureInfo.InvariantCulture, out var amount) || amount < 0) throw CrmErrors.WrongShape("amount", "a number of 0 or more");
        var item = new JsonObject
        {
            ["id"] = id,
            ["name"] = name,
            ["amount"] = amount,
            // The oldest is 0.
            ["order"] = call.Body.Int("order") ?? before?["order"]?.GetValue<int>() ?? items.Count,
            ["createdAt"] = before?["createdAt"]?.GetValue<long>() ?? call.AtMs,
            ["updatedAt"] = call.AtMs,
        };
        if (call.Body.Text("description") is { } description) item["description"] = description;
        items[id] = item;
        return item;
    }

    private static JsonObject Require(JsonObject items, string kind, string id) => items[id]?.AsObject() ?? throw CampaignErrors.NoSuchItem(kind, id);
}
