using System.Collections.Frozen;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Companies;

/// <summary>Which companies a connection makes in HubSpot.</summary>
public enum CompanySource
{
    /// <summary>Those that the store itself keeps, such as Shopify's B2B companies.</summary>
    Store,

    /// <summary>Those, and for everybody else the one of a work e-mail's domain.</summary>
    Domain,

    /// <summary>None.</summary>
    Off,
}

/// <summary>Which companies a connection makes, and which domains belong to none.</summary>
public sealed class CompanyRules
{
    private static readonly Lazy<FrozenSet<string>> s_free = new(() => PublicSuffixes.Lines("free-mail-domains.txt", "#").ToFrozenSet(StringComparer.Ordinal));
    private readonly FrozenSet<string> _free;

    /// <param name="freeMail">Further domains of mail providers; with a ! before it, one that is none after all.</param>
    public CompanyRules(CompanySource source, IEnumerable<string>? freeMail = null)
    {
        Source = source;
        var lines = (freeMail ?? []).Select(line => line.Split('#')[0].Trim().ToLowerInvariant()).Where(line => line.Length > 0).ToList();
        _free = lines.Count == 0 ? s_free.Value : s_free.Value.Union(lines.Where(line => line[0] != '!')).Except(lines.Where(line => line[0] == '!').Select(line => line[1..].Trim())).ToFrozenSet(StringComparer.Ordinal);
    }

    public static CompanyRules Default { get; } = new(CompanySource.Store);

    public CompanySource Source { get; }

    /// <summary>The domain that somebody registered, of an e-mail address; null: the address is none.</summary>
    internal static string? DomainOf(string? email) => EmailAddress.Normalise(email) is { } address ? PublicSuffixes.Registrable(address[(address.IndexOf('@') + 1)..]) : null;

    /// <summary>Whether a registrable domain stands for a company: not that of a mail provider, and not the shop's own.</summary>
    /// <param name="shop">The store's host.</param>
    internal bool IsCompany(string domain, string shop) => !_free.Contains(domain) && domain != (PublicSuffixes.Registrable(shop.ToLowerInvariant()) ?? shop);
}
