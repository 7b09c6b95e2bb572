using System.Text;

namespace Spoke.HubSpot;

/// <summary>The corrected call for bash.</summary>
internal static class CurlWriter
{
    public static string Write(CallParts call)
    {
        var lines = new List<string>();
        var head = new StringBuilder("curl");
        var sends = call.Body is not null || call.BodyFile is not null || call.Form.Count > 0;
        if (call.Method == "HEAD") head.Append(" -I");
        else if (call.Method != (sends ? "POST" : "GET")) head.Append(" -X ").Append(call.Method);
        if (call.Url.Literal.AsSpan().IndexOfAny("[]{}") >= 0) head.Append(" -g");
        lines.Add(head.Append(' ').Append(Word(call.Url)).ToString());
        if (call.NeedsToken) lines.Add("-H \"Authorization: Bearer $HUBSPOT_ACCESS_TOKEN\"");
        foreach (var (name, value) in call.Headers) lines.Add("-H " + Word(Phrase.Of(name + ": ") + value));
        if (call.Body is not null) lines.Add("--data-raw " + Word(call.Body));
        if (call.BodyFile is not null) lines.Add("--data-binary " + Word(Phrase.Of("@" + call.BodyFile)));
        foreach (var (name, value, _) in call.Form) lines.Add("-F " + Word(Phrase.Of(name + "=") + value));
        return string.Join(" \\\n  ", lines);
    }

    private static string Word(Phrase phrase)
    {
        var word = new StringBuilder();
        var open = false;
        foreach (var (text, variable) in phrase.Parts)
        {
            if (variable)
            {
                if (open) word.Append('\'');
                open = false;
                word.Append("\"${").Append(text).Append("}\"");
                continue;
            }
            if (!open) word.Append('\'');
            open = true;
            word.Append(text.Replace("\0", "", StringComparison.Ordinal).Replace("'", "'\\''", StringComparison.Ordinal));
        }
        if (open) word.Append('\'');
        return word.Length == 0 ? "''" : word.ToString();
    }
}

/// <summary>String literals whose escapes Python, JavaScript and C# read alike.</summary>
internal static class StringLiteral
{
    public static string Of(Phrase phrase, Func<string, string> variable)
    {
        if (phrase.Parts.Count == 0) return "\"\"";
        return string.Join(" + ", phrase.Parts.Select(p => p.IsVariable ? variable(p.Text) : Of(p.Text)));
    }

    public static string Of(string text)
    {
        var literal = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) literal.Append(c).Append(text[++i]);
                else literal.Append("\\ufffd");
                continue;
            }
            literal.Append(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when char.IsControl(c) || c is '\u2028' or '\u2029' => $"\\u{(int)c:x4}", _ => c.ToString() });
        }
        return literal.Append('"').ToString();
    }
}

/// <summary>The corrected call with Python's requests.</summary>
internal static class PythonWriter
{
    public static string Write(CallParts call)
    {
        var text = new StringBuilder("import os\nimport requests\n\nresponse = requests.request(\n    ");
        text.Append(StringLiteral.Of(call.Method)).Append(",\n    ").Append(StringLiteral.Of(call.Url, Variable)).Append(",\n    headers={\n");
        if (call.NeedsToken) text.Append("        \"Authorization\": \"Bearer \" + os.environ[\"HUBSPOT_ACCESS_TOKEN\"],\n");
        foreach (var (name, value) in call.Headers)
            if (call.Form.Count == 0 || !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) text.Append("        ").Append(StringLiteral.Of(name)).Append(": ").Append(StringLiteral.Of(value, Variable)).Append(",\n");
        text.Append("    },\n");
        if (call.Body is not null) text.Append("    data=(").Append(StringLiteral.Of(call.Body, Variable)).Append(").encode(\"utf-8\"),\n");
        if (call.BodyFile is not null) text.Append("    data=open(").Append(StringLiteral.Of(call.BodyFile)).Append(", \"rb\"),\n");
        if (call.Form.Count > 0) text.Append("    files=[").AppendJoin(", ", call.Form.Select(Part)).Append("],\n");
        return text.Append("    timeout=30,\n)\nprint(response.status_code, response.text)").ToString();
    }

    private static string Part((string Name, Phrase Value, string? File) part) =>
        $"({StringLiteral.Of(part.Name)}, {(part.File is { } file ? $"open({StringLiteral.Of(file)}, \"rb\")" : $"(None, {StringLiteral.Of(part.Value, Variable)})")})";

    private static string Variable(string name) => $"os.environ[{StringLiteral.Of(name)}]";
}

/// <summary>The corrected call with fetch, as a module.</summary>
internal static class JavaScriptWriter
{
    public static string Write(CallParts call)
    {
        var text = new StringBuilder();
        if (call.BodyFile is not null || call.Form.Any(p => p.File is not null)) text.Append("import { readFile } from \"node:fs/promises\";\n\n");
        if (call.Form.Count > 0)
        {
            text.Append("const form = new FormData();\n");
            foreach (var (name, value, file) in call.Form)
                text.Append("form.append(").Append(StringLiteral.Of(name)).Append(", ").Append(file is null ? StringLiteral.Of(value, Variable) : $"new Blob([await readFile({StringLiteral.Of(file)})]), {StringLiteral.Of(file[(file.LastIndexOf('/') + 1)..])}").Append(");\n");
        }
        text.Append("const response = await fetch(").Append(StringLiteral.Of(call.Url, Variable)).Append(", {\n  method: ").Append(StringLiteral.Of(call.Method)).Append(",\n  headers: {\n");
        if (call.NeedsToken) text.Append("    \"Authorization\": \"Bearer \" + process.env.HUBSPOT_ACCESS_TOKEN,\n");
        foreach (var (name, value) in call.Headers)
            if (call.Form.Count == 0 || !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) text.Append("    ").Append(StringLiteral.Of(name)).Append(": ").Append(StringLiteral.Of(value, Variable)).Append(",\n");
        text.Append("  },\n");
        var carries = call.Method is not ("GET" or "HEAD");   // fetch refuses a body on these
        if (carries && call.Body is not null) text.Append("  body: ").Append(StringLiteral.Of(call.Body, Variable)).Append(",\n");
        if (carries && call.BodyFile is not null) text.Append("  body: await readFile(").Append(StringLiteral.Of(call.BodyFile)).Append("),\n");
        if (carries && call.Form.Count > 0) text.Append("  body: form,\n");
        return text.Append("});\nconsole.log(response.status, await response.text());").ToString();
    }

    private static string Variable(string name) => $"process.env.{name}";
}

/// <summary>The corrected call with HttpClient, as a program of top-level statements.</summary>
internal static class CSharpWriter
{
    private static readonly string[] s_contentHeaders = ["content-type", "content-encoding", "content-language", "content-disposition", "content-md5", "content-range", "content-location", "allow", "expires", "last-modified"];

    public static string Write(CallParts call)
    {
        var text = new StringBuilder("using System.Net.Http.Headers;\n\nusing var http = new HttpClient();\nusing var request = new HttpRequestMessage(HttpMethod.Parse(");
        text.Append(StringLiteral.Of(call.Method)).Append("), ").Append(StringLiteral.Of(call.Url, Variable)).Append(");\n");
        if (call.NeedsToken) text.Append("request.Headers.Authorization = new AuthenticationHeaderValue(\"Bearer\", Environment.GetEnvironmentVariable(\"HUBSPOT_ACCESS_TOKEN\"));\n");
        var content = call.Headers.Where(h => s_contentHeaders.Contains(h.Name.ToLowerInvariant())).ToList();
        foreach (var (name, value) in call.Headers.Except(content)) text.Append("request.Headers.TryAddWithoutValidation(").Append(StringLiteral.Of(name)).Append(", ").Append(StringLiteral.Of(value, Variable)).Append(");\n");
        if (call.Form.Count > 0)
        {
            text.Append("var form = new MultipartFormDataContent();\n");
            foreach (var (name, value, file) in call.Form)
                text.Append("form.Add(").Append(file is null ? $"new StringContent({StringLiteral.Of(value, Variable)}), {StringLiteral.Of(name)}" : $"new ByteArrayContent(File.ReadAllBytes({StringLiteral.Of(file)})), {StringLiteral.Of(name)}, {StringLiteral.Of(file[(file.LastIndexOf('/') + 1)..])}").Append(");\n");
            text.Append("request.Content = form;\n");
        }
        else if (call.Body is not null || call.BodyFile is not null)
        {
            text.Append("request.Content = ").Append(call.Body is not null ? $"new StringContent({StringLiteral.Of(call.Body, Variable)})" : $"new ByteArrayContent(File.ReadAllBytes({StringLiteral.Of(call.BodyFile!)}))").Append(";\n");
            foreach (var (name, value) in content)
                text.Append("request.Content.Headers.Remove(").Append(StringLiteral.Of(name)).Append(");\nrequest.Content.Headers.TryAddWithoutValidation(").Append(StringLiteral.Of(name)).Append(", ").Append(StringLiteral.Of(value, Variable)).Append(");\n");
        }
        return text.Append("using var response = await http.SendAsync(request);\nConsole.WriteLine($\"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}\");").ToString();
    }

    private static string Variable(string name) => $"Environment.GetEnvironmentVariable({StringLiteral.Of(name)})";
}
