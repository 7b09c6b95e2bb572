using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Companies;

/// <summary>Which company's record somebody belongs to: that of the company the store names, else, where companies are made of domains, the one that has the address's domain.</summary>
internal sealed class CompanyKeys
{
    private readonly HashSet<string> _known;
    private readonly Dictionary<string, string> _domains;
    private readonly string _connection;

    private CompanyKeys(string connection, HashSet<string> known, Dictionary<string, string> domains) => (_connection, _known, _domains) = (connection, known, domains);

    /// <summary>Whether any company has a row; most stores have none, and then nothing else is asked.</summary>
    public static bool Any(DbConnection db, string connection) => db.ExecuteScalar<long>("select count(*) from (select 1 from record where connection = @connection and object = 'companies' limit 1) any_company", new { connection }) > 0;

    /// <param name="byDomain">An address says whose somebody is; else only the store does, and who has left a company has left it.</param>
    public static CompanyKeys Of(DbConnection db, ISqlDialect dialect, string connection, IEnumerable<(string? CompanyId, string? Domain)> asked, bool byDomain)
    {
        var all = asked.ToList();
        var keys = all.Select(a => a.CompanyId).OfType<string>().Distinct().Select(id => SpokeKey.Of(connection, EntityKind.Company, id)).ToList();
        var domains = byDomain ? all.Select(a => a.Domain).OfType<string>().Distinct().ToList() : [];
        if (keys.Count + domains.Count == 0 || !Any(db, connection)) return new CompanyKeys(connection, [], []);
        return new CompanyKeys(connection,
            keys.Count == 0 ? [] : db.Query<string>($"select record_key from record where connection = @connection and object = 'companies' and record_key {dialect.Among("keys")}", new { connection, keys }).ToHashSet(StringComparer.Ordinal),
            domains.Count == 0 ? [] : db.Query<(string Domain, string Key)>($"select d.domain, d.record_key from company_domain d join record r on r.connection = d.connection and r.object = 'companies' and r.record_key = d.record_key where d.connection = @connection and d.domain {dialect.Among("domains")}", new { connection, domains }).ToDictionary(row => row.Domain, row => row.Key, StringComparer.Ordinal));
    }

    public string? For(string? companyId, string? domain) =>
        companyId is not null && SpokeKey.Of(_connection, EntityKind.Company, companyId) is var key && _known.Contains(key) ? key : domain is null ? null : _domains.GetValueOrDefault(domain);
}
