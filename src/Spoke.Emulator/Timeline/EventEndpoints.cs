using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Timeline;

/// <summary>Events of the templates of the calling app.</summary>
internal static class EventEndpoints
{
    private const int MostInputs = 500;

    public static string AppOf(CrmCall call) => call.Caller.AppId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static EmulatorReply Create(CrmCall call, TimelineArea area) => TemplateEndpoints.Answer(201, Draft(call, area, call.BodyObject).Carry(area), changed: true);

    /// <summary>Each input succeeds or fails alone.</summary>
    public static EmulatorReply CreateBatch(CrmCall call, TimelineArea area)
    {
        var inputs = Inputs(call, "BatchInputTimelineEvent");
        var (made, errors) = (new List<JsonObject>(), new List<ErrorBody>());
        foreach (var input in inputs)
            try
            {
                made.Add(Draft(call, area, input).Carry(area));
            }
            catch (CrmRefusal refusal)
            {
                errors.Add(refusal.Body with { Context = [.. refusal.Body.Context, .. input.Text("id") is { } id ? (KeyValuePair<string, IReadOnlyList<string>>[])[new("id", [id])] : []] });
            }
        return JsonReply.Batch(call, errors.Count == 0 ? 201 : 207, made, errors, changed: made.Count > 0);
    }

    public static EmulatorReply? Read(CrmCall call, TimelineArea area, string templateId, string id, string[] view)
    {
        var template = area.RequireTemplate(templateId, AppOf(call));
        var occurrence = area.FindEvent(templateId, id) ?? throw TimelineErrors.NoSuchEvent(id);
        return view switch
        {
            [] => TemplateEndpoints.Answer(200, occurrence),
            ["detail"] => TemplateEndpoints.Answer(200, new JsonObject { ["details"] = EventRendering.Detail(template, occurrence, call.Portal.Facts.Zone) }),
            ["render"] => new EmulatorReply(200, Encoding.UTF8.GetBytes(call.Flag("detail") ? EventRendering.Detail(template, occurrence, call.Portal.Facts.Zone) : EventRendering.Header(template, occurrence, call.Portal.Facts.Zone)), "text/html;charset=utf-8"),
            _ => null,
        };
    }

    public static IReadOnlyList<JsonElement> Inputs(CrmCall call, string request)
    {
        if (!call.BodyObject.TryGetProperty("inputs", out _)) throw CrmErrors.MissingField(request, "inputs");
        var inputs = call.Body.Items("inputs");
        return inputs.Count <= MostInputs ? inputs : throw CrmErrors.BatchTooLarge(MostInputs);
    }

    private static EventDraft Draft(CrmCall call, TimelineArea area, JsonElement input) =>
        new(call, area.RequireTemplate(input.RequiredText("TimelineEvent", "eventTemplateId"), AppOf(call)), input, "tokens");
}
