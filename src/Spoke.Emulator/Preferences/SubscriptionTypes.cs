using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Preferences;

/// <summary>One kind of e-mail a person may want or not.</summary>
internal sealed record SubscriptionType(long Id, string Name, string Description, string Purpose, string Method, bool IsInternal)
{
    private const long CreatedMs = 1_577_836_800_000;

    public string IdText { get; } = Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The contact property that says the person opted out of it.</summary>
    public string OptOutProperty { get; } = string.Create(CultureInfo.InvariantCulture, $"hs_email_optout_{Id}");

    public void Write(Utf8JsonWriter json, bool translations)
    {
        json.WriteStartObject();
        json.WriteString("id", IdText);
        json.WriteString("name", Name);
        json.WriteString("description", Description);
        json.WriteString("purpose", Purpose);
        json.WriteString("communicationMethod", Method);
        json.WriteBoolean("isActive", true);
        json.WriteBoolean("isDefault", true);
        json.WriteBoolean("isInternal", IsInternal);
        json.WriteNumber("businessUnitId", 0);
        json.WriteTime("createdAt", CreatedMs);
        json.WriteTime("updatedAt", CreatedMs);
        if (translations)
        {
            json.WriteStartArray("subscriptionTranslations");
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>The ones every account starts with; the API cannot make more.</summary>
    public static IReadOnlyList<SubscriptionType> All { get; } =
    [
        new(70_000_001, "Marketing Information", "Marketing offers and updates.", "Marketing", "Email", IsInternal: false),
        new(70_000_002, "Customer Service Communication", "Feedback requests and customer service information.", "Customer service", "Email", IsInternal: false),
        new(70_000_003, "One to One", "One to One emails", "Sales", "One to One", IsInternal: true),
    ];

    public static SubscriptionType Require(string id) => All.FirstOrDefault(type => type.IdText == id) ?? throw PreferenceErrors.UnknownSubscription(id);
}
