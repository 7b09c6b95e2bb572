using System.Text;

namespace Spoke.Proxy.Forwarding;

/// <summary>Sentences as a header can carry them: ASCII, on one line.</summary>
internal static class HeaderText
{
    public static string Ascii(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (var c in text)
            ascii.Append(c switch
            {
                '…' => "...",
                '‘' or '’' => "'",
                '“' or '”' => "\"",
                '–' or '—' => "-",
                '\r' => "",
                '\n' or '\t' => " ",
                < ' ' or > '~' => "?",
                _ => c.ToString(),
            });
        return ascii.ToString();
    }
}
