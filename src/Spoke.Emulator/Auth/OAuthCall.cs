using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>A call of the OAuth family, whose bodies are forms.</summary>
/// <param name="ContentType">As sent; empty when none was.</param>
internal sealed class OAuthCall(EmulatorCall http, string contentType)
{
    private readonly Dictionary<string, StringValues> _form = Read(http, contentType);

    public EmulatorCall Http => http;
    public DateTimeOffset At => http.At;

    /// <summary>Whether a form, or nothing, was sent.</summary>
    public bool IsForm => http.Body.IsEmpty || IsFormType(contentType);

    /// <summary>The first value in the body.</summary>
    public string Field(string name) => _form.TryGetValue(name, out var values) ? values[0] ?? "" : "";

    public IReadOnlyList<string> Fields(string name) => _form.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    public string Query(string name) => http.QueryValue(name) ?? "";

    private static Dictionary<string, StringValues> Read(EmulatorCall http, string contentType) =>
        IsFormType(contentType) && !http.Body.IsEmpty ? QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(http.Body.Span)) : [];

    private static bool IsFormType(string contentType) =>
        contentType.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
}
