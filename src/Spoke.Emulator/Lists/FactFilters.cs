using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>
/// Filters about what happened to a contact: forms, events, e-mails, pages. What nothing in the emulator can bring about, such as a page view or an answer
/// in a survey, is a list of facts that is always empty: "has" is never met and "has not" always.
/// </summary>
internal static class FactFilters
{
    /// <summary>Null: no such filter type.</summary>
    public static Condition? Read(JsonObject filter, string kind, OperationReader operations, string where)
    {
        var (id, what, negated) = kind switch
        {
            "FORM_SUBMISSION" or "FORM_SUBMISSION_ON_PAGE" => (Text("formId"), Text("pageId") ?? "", FilterReader.OperatorOf(filter, where, "FILLED_OUT", "NOT_FILLED_OUT")),
            "UNIFIED_EVENTS" => (Text("eventTypeId"), "", false),
            "INTEGRATION_EVENT" => (Text("eventTypeId"), "", false),
            "EMAIL_EVENT" => (Text("emailId"), FilterReader.Need(filter, "operator", where), false),
            "PAGE_VIEW" => (Text("pageUrl"), "", Text("operator")?.StartsWith("HAS_NOT_", StringComparison.Ordinal) == true),
            "CTA" => (Text("ctaName"), "", Text("operator") is { } cta && (cta.Contains("_NOT_", StringComparison.Ordinal) || cta.StartsWith("NOT_", StringComparison.Ordinal))),
            "EVENT" => (Text("eventId"), "", Text("operator") is "HAS_NOT_EVENT"),
            "WEBINAR" => (Text("webinarId"), "", Text("operator") is { } webinar && webinar.Contains("NOT_", StringComparison.Ordinal)),
            "SURVEY_MONKEY" or "SURVEY_MONKEY_VALUE" => (Text("surveyId"), "", Text("operator") is { } survey && survey.Contains("NOT_", StringComparison.Ordinal)),
            "PRIVACY" => (Text("privacyName"), "", Text("operator") is { } privacy && privacy.Contains("NOT_", StringComparison.Ordinal)),
            "ADS_SEARCH" or "ADS_TIME" => (Text("adNetwork"), "", false),
            "CAMPAIGN_INFLUENCED" => (Text("campaignId"), "", false),
            _ => (null, null, false),
        };
        if (what is null) return null;
        var lines = new List<(string, ValueOperation)>();
        if (kind is "UNIFIED_EVENTS" or "INTEGRATION_EVENT")
            foreach (var line in FilterReader.Items(filter, "filterLines", where))
                lines.Add((FilterReader.Need(line, "property", where), operations.Read(FilterReader.Inner(line, "operation", where), null, where)));
        return new FactCondition(new FactQuery(kind, id, what), lines, Refinement.Pruning(filter, operations, where), Refinement.Count(filter), negated);

        string? Text(string name) => FilterReader.Text(filter, name);
    }
}
