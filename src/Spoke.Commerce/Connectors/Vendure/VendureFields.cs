using System.Text.Json;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>What of a store is its own: how precise its amounts are, and which of the custom fields for consent and tags it has.</summary>
/// <param name="OfCustomer">Names of the wanted custom fields that customers have.</param>
internal sealed record VendureFields(VendureStoreOptions Options, int Precision, IReadOnlySet<string> OfCustomer, IReadOnlySet<string> OfOrder)
{
    public const string Tags = "tags";
    private const string At = "At";

    public static VendureFields Of(JsonElement settings, VendureStoreOptions options)
    {
        var server = settings.GetProperty("serverConfig");
        HashSet<string> Of(string entity) => [.. server.Items("entityCustomFields").Where(e => e.Text("entityName") == entity).SelectMany(e => e.Items("customFields")).Where(f => Fits(f, options)).Select(f => f.Text("name"))];
        return new VendureFields(options, server.Count("moneyStrategyPrecision"), Of("Customer"), Of("Order"));
    }

    /// <summary>The part of a query that asks for them under names of ours, so that what is kept can be read whatever they are called.</summary>
    public string ForCustomer
    {
        get
        {
            List<string> asked = [.. Consent("emailConsent", Options.EmailConsentField), .. Consent("smsConsent", Options.SmsConsentField)];
            if (OfCustomer.Contains(Options.TagsField)) asked.Add($"{Tags}: {Options.TagsField}");
            return asked.Count == 0 ? "" : $" customFields {{ {string.Join(' ', asked)} }}";
        }
    }

    public string ForOrder => OfOrder.Contains(Options.TagsField) ? $" customFields {{ {Tags}: {Options.TagsField} }}" : "";

    /// <summary>What a shop would have to add to its configuration; null: nothing.</summary>
    public string? Lacking
    {
        get
        {
            List<string> lacking = [.. new[] { Options.EmailConsentField, Options.SmsConsentField, Options.TagsField }.Where(name => !OfCustomer.Contains(name)).Select(name => "Customer." + name)];
            if (!OfOrder.Contains(Options.TagsField)) lacking.Add("Order." + Options.TagsField);
            return lacking.Count == 0 ? null : string.Join(", ", lacking);
        }
    }

    /// <summary>Whether the moment of a consent can be kept beside it.</summary>
    public static string MomentOf(string consent) => consent + At;

    private IEnumerable<string> Consent(string ours, string name)
    {
        if (!OfCustomer.Contains(name)) yield break;
        yield return $"{ours}: {name}";
        if (OfCustomer.Contains(MomentOf(name))) yield return $"{MomentOf(ours)}: {MomentOf(name)}";
    }

    // A field of that name and another kind is the shop's own affair.
    private static bool Fits(JsonElement field, VendureStoreOptions options)
    {
        var (name, type, list) = (field.TextOrNull("name"), field.TextOrNull("type"), field.Flag("list"));
        if (name == options.TagsField) return type is "string" or "text" && list;
        if (name == options.EmailConsentField || name == options.SmsConsentField) return type is "string" or "text" && !list;
        return (name == MomentOf(options.EmailConsentField) || name == MomentOf(options.SmsConsentField)) && type == "datetime" && !list;
    }
}
