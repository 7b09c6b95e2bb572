using Spoke.Mcp;

namespace Spoke.Commands;

/// <summary>The facts of <c>spoke auth status</c>: a line each for people, as they come; or one object of JSON at the end.</summary>
internal sealed class AuthStatusText(bool json)
{
    private readonly List<(string Name, object? Value)> _facts = [];

    public void Say(string what, string value)
    {
        _facts.Add((what, long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) && what is "hub" or "app" ? number : value));
        if (!json) Terminal.WriteLine($"{what,-8} {value}");
    }

    /// <summary>What programs are told in another form than people; null: it is not known.</summary>
    public void Say(string what, string value, string? forPrograms)
    {
        _facts.Add((what, forPrograms));
        if (!json) Terminal.WriteLine($"{what,-8} {value}");
    }

    public void Scopes(IReadOnlyList<string> scopes)
    {
        _facts.Add(("scopes", scopes));
        if (!json) Terminal.WriteLine($"{"scopes",-8} {(scopes.Count == 0 ? "not told" : string.Join(' ', scopes))}");
    }

    public void Others(IReadOnlyList<string> others)
    {
        _facts.Add(("others", others));
        if (!json) Terminal.WriteLine($"{"others",-8} {string.Join(", ", others)}; --name NAME shows one");
    }

    public void End()
    {
        if (json) Terminal.WriteLine(Written.Json(writer =>
        {
            foreach (var (name, value) in _facts)
            {
                if (value is long number) writer.WriteNumber(name, number);
                else if (value is null) writer.WriteNull(name);
                else if (value is string text) writer.WriteString(name, text);
                else
                {
                    writer.WriteStartArray(name);
                    foreach (var one in (IReadOnlyList<string>)value) writer.WriteStringValue(one);
                    writer.WriteEndArray();
                }
            }
        }));
    }
}
