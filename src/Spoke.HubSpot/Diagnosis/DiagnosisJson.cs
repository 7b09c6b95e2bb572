using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>The doctor's JSON. Its members are a contract.</summary>
internal static class DiagnosisJson
{
    // Quotes and the like stay readable; the text goes to a terminal or a program, never into a page.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Diagnosis diagnosis)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("verdict", Word(diagnosis.Verdict));
            json.WriteStartArray("causes");
            foreach (var finding in diagnosis.Findings) Write(json, finding);
            json.WriteEndArray();
            json.WriteStrings("ruledOut", diagnosis.RuledOut.Select(r => r.Id));
            json.WriteStartObject("scopes");
            json.WriteStrings("needed", diagnosis.Scopes.Needed);
            json.WriteStrings("missing", diagnosis.Scopes.Missing);
            json.WriteEndObject();
            Write(json, diagnosis.Corrected);
            if (diagnosis.Requests.Count > 0) Write(json, diagnosis);
            if (diagnosis.PortalUnavailable) json.WriteString("portal", "could-not-be-judged");
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string Word(Verdict verdict) => verdict switch { Verdict.CauseFound => "cause-found", Verdict.Likely => "likely", Verdict.Healthy => "healthy", _ => "unknown" };

    public static string Word(Confidence confidence) => confidence switch { Confidence.Certain => "certain", Confidence.Likely => "likely", _ => "possible" };

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("id", finding.Id);
        json.WriteString("title", finding.Title);
        json.WriteString("confidence", Word(finding.Confidence));
        json.WriteStartArray("evidence");
        foreach (var evidence in finding.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("where", evidence.Where);
            json.WriteString("shows", evidence.Shows);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("fix", finding.Fix);
        json.WriteString("source", finding.Source);
        json.WriteEndObject();
    }

    /// <summary>Beside the contract's members: each request, and which of them the causes explain.</summary>
    private static void Write(Utf8JsonWriter json, Diagnosis diagnosis)
    {
        if (diagnosis.Explained is { } explained) json.WriteNumber("explained", explained);
        json.WriteStartArray("requests");
        foreach (var request in diagnosis.Requests)
        {
            json.WriteStartObject();
            json.WriteNumber("number", request.Number);
            if (request.Name is { } name) json.WriteString("name", name);
            json.WriteString("method", request.Method);
            json.WriteString("address", request.Address);
            if (request.Status is { } status) json.WriteNumber("status", status);
            json.WriteString("verdict", Word(request.Verdict));
            if (request.Cause is { } cause) json.WriteString("cause", cause);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, CorrectedCall? corrected)
    {
        if (corrected is null)
        {
            json.WriteNull("corrected");
            return;
        }
        json.WriteStartObject("corrected");
        json.WriteString("curl", corrected.Curl);
        json.WriteString("python", corrected.Python);
        json.WriteString("javascript", corrected.JavaScript);
        json.WriteString("csharp", corrected.CSharp);
        if (corrected.Cmd is { } cmd) json.WriteString("cmd", cmd);
        if (corrected.PowerShell is { } shell) json.WriteString("powershell", shell);
        json.WriteEndObject();
    }
}
