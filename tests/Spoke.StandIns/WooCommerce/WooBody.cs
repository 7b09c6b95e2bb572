using System.Text.Json.Nodes;

namespace Spoke.StandIns.WooCommerce;

/// <summary>Reads what a caller wants changed; what is not named stays.</summary>
internal static class WooBody
{
    public static WooAddress Address(JsonNode? given, WooAddress now)
    {
        if (given is not JsonObject a) return now;
        string Text(string name, string otherwise) => a[name]?.GetValue<string>() ?? otherwise;
        return new WooAddress
        {
            FirstName = Text("first_name", now.FirstName),
            LastName = Text("last_name", now.LastName),
            Company = Text("company", now.Company),
            Street = Text("address_1", now.Street),
            Street2 = Text("address_2", now.Street2),
            City = Text("city", now.City),
            State = Text("state", now.State),
            Postcode = Text("postcode", now.Postcode),
            Country = Text("country", now.Country),
            Email = Text("email", now.Email),
            Phone = Text("phone", now.Phone),
        };
    }

    /// <summary>By id, else by key; a value of null takes it away.</summary>
    public static void Meta(JsonObject body, List<WooMeta> meta, Func<long> nextId)
    {
        foreach (var given in (body["meta_data"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var key = given["key"]?.GetValue<string>();
            var found = given["id"] is { } id ? meta.Find(m => m.Id == id.GetValue<long>()) : meta.Find(m => m.Key == key);
            if (given["value"] is not { } value)
            {
                if (found is not null) meta.Remove(found);
            }
            else if (found is not null) found.Value = value.DeepClone();
            else meta.Add(new WooMeta { Id = nextId(), Key = key ?? throw WooError.Parameter("meta_data", "key is missing"), Value = value.DeepClone() });
        }
    }
}
