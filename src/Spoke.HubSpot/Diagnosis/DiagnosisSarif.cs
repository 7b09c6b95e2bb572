using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A diagnosis as a SARIF 2.1.0 log: a rule for each cause, a result for each finding of every request, placed where its evidence stands.</summary>
internal static class DiagnosisSarif
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Diagnosis diagnosis)
    {
        // A diagnosis that is not of a text (the live portal, a webhook) has findings and no places.
        IReadOnlyList<RequestFindings> all = diagnosis.Each.Count > 0 ? diagnosis.Each : [new RequestFindings(0, null, new SourceText(""), diagnosis.Findings)];
        List<string> rules = [.. all.SelectMany(r => r.Findings).Select(f => f.Id).Distinct()];
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            Tool(json, rules);
            json.WriteString("columnKind", "unicodeCodePoints");
            json.WriteStartArray("invocations");
            json.WriteStartObject();
            json.WriteBoolean("executionSuccessful", !diagnosis.PortalUnavailable && diagnosis.Unreadable is null);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteStartArray("results");
            foreach (var request in all)
                foreach (var finding in request.Findings) Result(json, request, finding, rules.IndexOf(finding.Id));
            json.WriteEndArray();
            json.WriteStartObject("properties");
            json.WriteString("verdict", DiagnosisJson.Word(diagnosis.Verdict));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Tool(Utf8JsonWriter json, List<string> rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "spoke doctor");
        json.WriteStartArray("rules");
        foreach (var cause in rules.Select(Causes.Get))
        {
            json.WriteStartObject();
            json.WriteString("id", cause.Id);
            Message(json, "shortDescription", cause.Title);
            Message(json, "fullDescription", cause.HowToTell);
            Message(json, "help", cause.Fix);
            json.WriteStartObject("properties");
            json.WriteString("symptom", cause.Symptom);
            json.WriteString("source", cause.Source);
            json.WriteString("asOf", cause.AsOf);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, RequestFindings request, Finding finding, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Id);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", finding.Confidence switch { Confidence.Certain => "error", Confidence.Likely => "warning", _ => "note" });
        Message(json, "message", $"{finding.Title}: {finding.Evidence[0].Shows}. {finding.Fix}");
        json.WriteStartArray("locations");
        var placed = false;
        foreach (var evidence in finding.Evidence)
            if (evidence is { Place: { } place, Secrets.Source: { } source })
            {
                Location(json, place, source, evidence);
                placed = true;
            }
        if (!placed && request.Place is { } whole) Location(json, whole, request.Source, finding.Evidence[0]);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteString("confidence", DiagnosisJson.Word(finding.Confidence));
        json.WriteString("source", finding.Source);
        if (request.Number > 0) json.WriteNumber("request", request.Number);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Location(Utf8JsonWriter json, LocatedText place, SourceText source, Evidence evidence)
    {
        var (line, column) = source.At(place.OffsetAt(0));
        var last = source.At(place.Length > 0 ? place.OffsetAt(place.Length - 1) : place.OffsetAt(0));
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", source.Name is { } name ? string.Join('/', name.Split('/').Select(Uri.EscapeDataString)) : "stdin");
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", line);
        json.WriteNumber("startColumn", column);
        if (last.Line == line && last.Column >= column) json.WriteNumber("endColumn", last.Column + 1);
        json.WriteEndObject();
        json.WriteEndObject();
        Message(json, "message", $"{evidence.Where}: {evidence.Shows}");
        json.WriteEndObject();
    }
}
