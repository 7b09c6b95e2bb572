using System.Text.RegularExpressions;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Privacy;

/// <summary>
/// By what a text tells of one person where no key says whose it is: in what could not be read, and in what was noted about others. Such a text is deleted, so nothing counts
/// that other people have as well: not a first name, a last name or a street by itself, and no note.
/// </summary>
internal sealed class Traces
{
    private const int ShortestPhone = 7;   // digits; fewer are a quantity or a price

    // Between the names of one person: "Ada Byron", "Byron, Ada", "first_name":"Ada","last_name":"Byron".
    private const string BetweenNames = @"\W{1,24}(?:[a-z_]*(?:name|first|last|given|family)[a-z_]*\W{1,6})?";

    // By their pattern: a person's orders say the same over and over.
    private readonly Dictionary<string, Trace> _alone = [];
    private readonly Dictionary<string, Trace> _names = [];
    private readonly Dictionary<string, Trace> _streets = [];

    /// <param name="Hint">A part of every text that matches: to look for it is cheap. Empty: there is none.</param>
    private sealed record Trace(string Hint, Regex Pattern)
    {
        public bool IsIn(string text) => text.Contains(Hint, StringComparison.OrdinalIgnoreCase) && Pattern.IsMatch(text);
    }

    /// <param name="keys">Names of the person's contact.</param>
    /// <param name="customerIds">The store's.</param>
    /// <param name="emails">As they were written and normalised.</param>
    /// <param name="entities">What the store has told of the person.</param>
    public Traces(IEnumerable<string> keys, IEnumerable<string> customerIds, IEnumerable<string> emails, IEnumerable<LedgerEntity> entities)
    {
        foreach (var key in keys) Put(_alone, key, $@"(?<![\w-]){Regex.Escape(key)}(?![\w@+-])(?!\.\w)");
        // An id alone may be any number: it counts where it is said to be a customer's.
        foreach (var id in customerIds) Put(_alone, id, $@"customers?_?(?:id)?[\s""\\]*[:/=][\s""\\/:{{]*(?:id[\s""\\]*:[\s""\\]*)?{Regex.Escape(id)}(?![\w@+-])(?!\.\w)");
        foreach (var email in emails) Put(_alone, email, $@"(?<![\w.+%-]){Regex.Escape(email)}(?![\w-])(?!\.\w)");
        foreach (var known in entities) Take(known);
    }

    /// <summary>Whether a text tells of the person.</summary>
    public bool AreIn(string? text) => text is not null && (Tells(_alone, text) || (Tells(_streets, text) && Tells(_names, text)));

    private static bool Tells(Dictionary<string, Trace> traces, string text) => traces.Values.Any(trace => trace.IsIn(text));

    private void Take(LedgerEntity entity)
    {
        switch (entity)
        {
            case Customer customer:
                Name(customer.FirstName, customer.LastName);
                Phone(customer.Phone);
                Address(customer.Address);
                break;
            case Order order:
                Phone(order.Phone);
                Address(order.BillingAddress);
                Address(order.ShippingAddress);
                break;
            case Cart cart:
                Phone(cart.Phone);
                if (cart.RecoveryUrl is { Length: > 0 } url) Put(_alone, url, Regex.Escape(url) + @"(?!\w)");   // it opens this cart and no other
                break;
        }
    }

    private void Address(Address? address)
    {
        if (address is null) return;
        Phone(address.Phone);
        Words(_streets, address.Street);
        if (address.Name?.Trim().Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } name) Name(name[0], name.ElementAtOrDefault(1));
    }

    private void Name(string? first, string? last)
    {
        Words(_names, first);
        Words(_names, last);
        if (Said(first) is not { } given || Said(last) is not { } family) return;
        Put(_alone, FirstWord(last!), $@"(?<!\w){given}{BetweenNames}{family}(?!\w)");
        Put(_alone, FirstWord(last!), $@"(?<!\w){family}{BetweenNames}{given}(?!\w)");
    }

    // However it is grouped: +49 (30) 123-456, 0049 30123456.
    private void Phone(string? phone)
    {
        var digits = string.Concat((phone ?? "").Where(char.IsAsciiDigit)).TrimStart('0').ToCharArray();
        if (digits.Length >= ShortestPhone) Put(_alone, "", @"(?<!\d)0{0,2}" + string.Join(@"[\s().\-/]{0,2}", digits) + @"(?!\d)");
    }

    private static void Words(Dictionary<string, Trace> traces, string? text)
    {
        if (Said(text) is { } said) Put(traces, FirstWord(text!), $@"(?<!\w){said}(?!\w)");
    }

    /// <summary>A text of two letters or more, its words however far apart; null: it says nothing.</summary>
    private static string? Said(string? text) => text?.Trim() is { Length: > 1 } said ? string.Join(@"\s+", said.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape)) : null;

    private static string FirstWord(string text) => text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries)[0];

    private static void Put(Dictionary<string, Trace> traces, string hint, string pattern)
    {
        if (!traces.ContainsKey(pattern)) traces.Add(pattern, new Trace(hint, new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)));
    }
}
