using System.Globalization;
using System.Text;

namespace Spoke.Commerce.Ledger;

/// <summary>E-mail addresses in the one form in which two of them are compared.</summary>
public static class EmailAddress
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Trimmed, composed, lower case, the domain in ASCII; null when it cannot be an address. Dots and plus tags stay: they are other people's mailboxes.</summary>
    public static string? Normalise(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var address = text.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        var at = address.IndexOf('@');
        if (at is < 1 or > 64 || at != address.LastIndexOf('@') || address.Length > 254 || address.Any(char.IsWhiteSpace)) return null;
        var domain = address[(at + 1)..];
        if (!domain.Contains('.') || domain.StartsWith('.') || domain.EndsWith('.')) return null;
        try
        {
            return address[..(at + 1)] + Idn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
