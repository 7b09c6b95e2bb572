using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>Properties HubSpot derives from others, set in the same write.</summary>
internal static class CalculatedValues
{
    public static void Apply(RecordDraft draft, Portal portal, long atMs)
    {
        switch (draft.Type.Singular)
        {
            case "contact": Contact(draft); break;
            case "line_item": LineItem(draft, portal); break;
            case "order": Order(draft, portal, atMs); break;
            case "cart": HomeAmount(draft, portal, atMs); break;
            case "deal": Deal(draft, portal, atMs); break;
            case "ticket": draft["hs_is_closed"] = Stage(draft) is { } stage ? Truth(stage.Metadata.GetValueOrDefault("ticketState") == "CLOSED") : null; break;
        }
        FormulaValues.Apply(draft, atMs);
    }

    private static void Contact(RecordDraft draft)
    {
        var email = draft["email"];
        draft["hs_email_domain"] = email is null ? null : email[(email.LastIndexOf('@') + 1)..];
        var name = string.Join(' ', new[] { draft["firstname"], draft["lastname"] }.Where(part => part is not null));
        draft["hs_full_name_or_email"] = name.Length > 0 ? name : email;
    }

    private static void LineItem(RecordDraft draft, Portal portal)
    {
        if (draft.Record is null && draft["hs_product_id"] is { } productId) CopyProduct(draft, portal, productId);
        if (draft.Number("price") is not { } price || draft.Number("quantity") is not { } quantity)
        {
            draft["amount"] = draft["hs_pre_discount_amount"] = draft["hs_total_discount"] = null;
            return;
        }
        // The discount is an amount per unit; the percentage counts only without it.
        var perUnit = draft.Number("discount") ?? price * (draft.Number("hs_discount_percentage") ?? 0) / 100;
        draft["hs_pre_discount_amount"] = Text(price * quantity);
        draft["hs_total_discount"] = Text(perUnit * quantity);
        draft["amount"] = Text((price - perUnit) * quantity);
    }

    private static void CopyProduct(RecordDraft draft, Portal portal, string productId)
    {
        var products = portal.Types.Find("products");
        if (products.Records.Find(productId) is not { Archived: false } product) return;
        foreach (var name in (string[])["name", "description", "price", "hs_sku", "hs_url", "hs_images", "hs_cost_of_goods_sold", "recurringbillingfrequency"])
            draft[name] ??= product.Get(products.Properties.Require(name).Slot);
    }

    private static void Order(RecordDraft draft, Portal portal, long atMs)
    {
        HomeAmount(draft, portal, atMs);
        draft["hs_is_canceled"] = Truth(draft["hs_external_canceled_date"] is not null);
        if (Stage(draft) is not { } stage) return;
        if (!stage.IsClosed) draft["hs_closed_date"] = null;
        else draft["hs_closed_date"] ??= JsonReply.Iso(atMs);
    }

    private static void HomeAmount(RecordDraft draft, Portal portal, long atMs)
    {
        var rate = portal.Currencies.Current(draft["hs_currency_code"] ?? "", atMs)?.Rate;
        draft["hs_exchange_rate"] = draft["hs_total_price"] is null ? null : rate is { } number ? Text(number) : "1.0";
        draft["hs_homecurrency_amount"] = InHomeCurrency(draft, "hs_total_price", rate);
    }

    /// <summary>Money in the account's currency by the rate in force; as it stands where there is none.</summary>
    private static string? InHomeCurrency(RecordDraft draft, string property, decimal? rate) =>
        rate is { } number && draft.Number(property) is { } amount ? Text(amount * number) : draft[property];

    private static void Deal(RecordDraft draft, Portal portal, long atMs)
    {
        draft["amount_in_home_currency"] = InHomeCurrency(draft, "amount", portal.Currencies.Current(draft["deal_currency_code"] ?? "", atMs)?.Rate);
        var stage = Stage(draft);
        var probability = stage?.Metadata.GetValueOrDefault("probability");
        draft["hs_deal_stage_probability"] = probability;
        draft["hs_is_closed"] = stage is null ? null : Truth(stage.Metadata.GetValueOrDefault("isClosed") == "true");
        draft["hs_is_closed_won"] = stage is null ? null : Truth(probability == "1.0");
    }

    private static PipelineStage? Stage(RecordDraft draft) =>
        draft.Type.StageProperty is { } property && draft[property] is { } stage ? draft.Type.Pipelines.FindStage(stage)?.Stage : null;

    private static string Truth(bool value) => value ? "true" : "false";

    private static string Text(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
}
