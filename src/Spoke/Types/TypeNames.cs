using System.Globalization;
using System.Text;

namespace Spoke.Types;

/// <summary>Names of HubSpot as names of C#.</summary>
internal static class TypeNames
{
    /// <summary>In Pascal case; what C# does not allow in a name is left out. Never empty.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length);
        var up = true;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                up = true;
                continue;
            }
            if (text.Length == 0 && char.IsAsciiDigit(c)) text.Append('N');
            text.Append(up ? char.ToUpperInvariant(c) : c);
            up = false;
        }
        return text.Length == 0 ? "Value" : text.ToString();
    }

    /// <summary>The same names, with a number behind those that came before.</summary>
    public static string[] Distinct(IEnumerable<string> names, params IEnumerable<string> taken)
    {
        var used = new HashSet<string>(taken, StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            var free = name;
            for (var number = 2; !used.Add(free); number++) free = name + number.ToString(CultureInfo.InvariantCulture);
            return free;
        })];
    }

    /// <summary>One record of a plural name: contacts, contact; companies, company.</summary>
    public static string Singular(string plural) =>
        plural.EndsWith("ies", StringComparison.Ordinal) ? plural[..^3] + "y" : plural.EndsWith("sses", StringComparison.Ordinal) ? plural[..^2] : plural.EndsWith('s') && !plural.EndsWith("ss", StringComparison.Ordinal) ? plural[..^1] : plural;
}
