using System.Globalization;
using System.Text;

namespace Spoke.Types;

/// <summary>Names of HubSpot as names of C#.</summary>
internal static class TypeNames
{
    // The reserved words of C#; contextual ones may be names.
    private static readonly HashSet<string> s_reserved = new(("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach goto if implicit in int "
        + "interface internal is lock long namespace new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' '), StringComparer.Ordinal);

    /// <summary>May stand behind <c>namespace</c>.</summary>
    public static bool IsNamespace(string text) => text.Split('.').All(part => part.Length > 0 && (char.IsLetter(part[0]) || part[0] == '_') && part.All(c => char.IsLetterOrDigit(c) || c == '_') && !s_reserved.Contains(part));

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
