using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Definitions of forms. Scope: <c>forms</c>. HubSpot publishes them as v3 only, whatever the client's version. Submissions go to another host
/// (<c>api.hsforms.com</c>), which the client, whose token is for one host, does not call. All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class MarketingForms
{
    private const string Root = "/marketing/v3/forms";

    // HubSpot demands all of this of a new form; these are the values its own editor begins with.
    private const string Settings = """
        {"formType":"hubspot","archived":false,"legalConsentOptions":{"type":"none"},
        "configuration":{"language":"en","cloneable":true,"editable":true,"archivable":true,"recaptchaEnabled":false,"notifyContactOwner":false,"notifyRecipients":[],
         "createNewContactForNewEmail":true,"prePopulateKnownValues":true,"allowLinkToResetKnownValues":false,"lifecycleStages":[],
         "postSubmitAction":{"type":"thank_you","value":"Thanks for submitting the form."}},
        "displayOptions":{"renderRawHtml":false,"theme":"default_style","submitButtonText":"Submit",
         "style":{"fontFamily":"arial, helvetica, sans-serif","backgroundWidth":"100%","labelTextColor":"#33475b","labelTextSize":"14px","helpTextColor":"#7C98B6","helpTextSize":"11px",
          "legalConsentTextColor":"#33475b","legalConsentTextSize":"14px","submitColor":"#ff7a59","submitAlignment":"left","submitFontColor":"#ffffff","submitSize":"12px"}}}
        """;

    private readonly Answers _answers;
    private readonly TimeProvider _time;

    internal MarketingForms(HubSpotClient client) => (_answers, _time) = (new Answers(client), client.Time);

    /// <summary>All forms, 100 a call.</summary>
    /// <param name="archived">The archived ones in place of the live.</param>
    public IAsyncEnumerable<MarketingForm> ListAsync(bool archived = false, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync($"{Root}?formTypes=all&limit=100{(archived ? "&archived=true" : "")}", MarketingForm.Read, options, cancellationToken);

    /// <summary>One live form; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<MarketingForm?> GetAsync(string formId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(formId)), MarketingForm.Read, options, cancellationToken);

    /// <summary>Makes a form with these fields, one below the other, and HubSpot's usual looks. Fields with options of their own are made by the other overload. Sent once only.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: a field names a property or a field type that does not exist.</exception>
    public Task<MarketingForm> CreateAsync(string name, IReadOnlyList<FormField> fields, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("POST", Root) { Body = CrmJson.Write(json => WriteNew(json, name, fields)) }, MarketingForm.Read, options, cancellationToken);

    /// <summary>Makes a form of a whole definition in HubSpot's own JSON, such as another form's <see cref="MarketingForm.Json"/>. Sent once only.</summary>
    public Task<MarketingForm> CreateAsync(string definition, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(HubSpotRequest.WithJson("POST", Root, definition), MarketingForm.Read, options, cancellationToken);

    /// <summary>Changes name and fields, where given; null leaves as it is.</summary>
    public Task<MarketingForm> UpdateAsync(string formId, string? name = null, IReadOnlyList<FormField>? fields = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PATCH", One(formId)) { Body = CrmJson.Write(json => Write(json, name, fields)) }, MarketingForm.Read, options, cancellationToken);

    /// <summary>Archives a form: nobody can fill it in any more.</summary>
    public Task ArchiveAsync(string formId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(formId)), options, cancellationToken);

    private static string One(string formId) => $"{Root}/{CrmPaths.Escape(formId)}";

    private void WriteNew(Utf8JsonWriter json, string name, IReadOnlyList<FormField> fields)
    {
        Write(json, name, fields);
        json.WriteString("createdAt", _time.GetUtcNow().UtcDateTime);
        json.WriteString("updatedAt", _time.GetUtcNow().UtcDateTime);
        using var settings = JsonDocument.Parse(Settings);
        foreach (var member in settings.RootElement.EnumerateObject()) member.WriteTo(json);
    }

    private static void Write(Utf8JsonWriter json, string? name, IReadOnlyList<FormField>? fields)
    {
        if (name is not null) json.WriteString("name", name);
        if (fields is null) return;
        json.WriteStartArray("fieldGroups");
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("groupType", "default_group");
            json.WriteString("richTextType", "text");
            json.WriteStartArray("fields");
            field.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
