using System.Globalization;
using System.Text;
using ADRaffy.ENSNormalize;

namespace Spoke.Commerce.Ledger;

/// <summary>E-mail addresses in the one form in which two of them are compared.</summary>
public static class EmailAddress
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Trimmed, composed, lower case, the domain in ASCII; null when it cannot be an address. Dots and plus tags stay: they are other people's mailboxes.</summary>
    public static string? Normalise(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var address = Composed(text.Trim()).ToLowerInvariant();
        var at = address.IndexOf('@');
        if (at is < 1 or > 64 || at != address.LastIndexOf('@') || address.Length > 254 || address.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return null;
        var domain = address[(at + 1)..];
        if (!domain.Contains('.') || domain.StartsWith('.') || domain.EndsWith('.')) return null;
        try
        {
            var normal = address[..(at + 1)] + Idn.GetAscii(domain);
            return normal.Length <= 254 ? normal : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // The program runs without ICU, where String.Normalize leaves everything but ASCII as it is.
    private static string Composed(string text) => Ascii.IsValid(text) ? text : ENSNormalize.NF.NFC(text);
}
