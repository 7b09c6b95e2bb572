using System.Globalization;
using System.Text.Json.Nodes;
using Markdig;
using Spoke.Emulator.Account;

namespace Spoke.Emulator.Timeline;

/// <summary>What a person sees of an event: its template filled in, then read as Markdown. HTML in a template is shown as text.</summary>
internal static class EventRendering
{
    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().DisableHtml().Build();

    /// <summary>The line on the timeline; the event's extra data cannot be asked for in it.</summary>
    public static string Header(JsonObject template, JsonObject occurrence, AccountZone zone) => Render(template, "headerTemplate", occurrence, zone, withExtraData: false);

    public static string Detail(JsonObject template, JsonObject occurrence, AccountZone zone) => Render(template, "detailTemplate", occurrence, zone, withExtraData: true);

    private static string Render(JsonObject template, string member, JsonObject occurrence, AccountZone zone, bool withExtraData)
    {
        if (template[member]?.GetValue<string>() is not { } text) return "";
        var values = occurrence["tokens"]!.DeepClone().AsObject();
        foreach (var name in (string[])["id", "objectType", "objectId", "email", "timestamp"])
            if (!values.ContainsKey(name) && occurrence[name] is { } value) values[name] = value.DeepClone();
        if (withExtraData && occurrence["extraData"] is { } extra) values["extraData"] = extra.DeepClone();
        return Markdig.Markdown.ToHtml(TemplateText.Parse(text).Render(values, ms => Date(ms, zone)), Markdown);
    }

    private static string Date(long ms, AccountZone zone)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        return (at.UtcDateTime + zone.Offset(at)).ToString("MMMM d, yyyy 'at' h:mm tt", CultureInfo.InvariantCulture);
    }
}
