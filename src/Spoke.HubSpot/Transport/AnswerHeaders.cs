using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace Spoke.HubSpot;

/// <summary>The headers of an answer as they came. Text is made of those that are asked for: most calls ask for four of a dozen.</summary>
internal sealed class AnswerHeaders(HttpResponseMessage response) : IReadOnlyDictionary<string, string>
{
    private readonly HttpHeadersNonValidated _answer = response.Headers.NonValidated;
    private readonly HttpHeadersNonValidated _content = response.Content.Headers.NonValidated;

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The answer has no header '{key}'.");

    public IEnumerable<string> Keys => this.Select(header => header.Key);

    public IEnumerable<string> Values => this.Select(header => header.Value);

    public int Count => _answer.Count + _content.Count;

    public bool ContainsKey(string key) => _answer.Contains(key) || _content.Contains(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        var found = _answer.TryGetValues(key, out var values) || _content.TryGetValues(key, out values);
        value = found ? values.ToString() : null;
        return found;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        foreach (var (name, values) in _answer) yield return new(name, values.ToString());
        foreach (var (name, values) in _content) yield return new(name, values.ToString());
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
