using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Companies;

/// <summary>A company that is to get a record.</summary>
/// <param name="Domain">Its registrable domain; null: the store keeps it, and no address says which domain it has.</param>
internal sealed record NewCompany(string Key, string SourceId, string? Domain);

/// <summary>Finds companies in the ledger that have no record yet, and gives them one to be pushed.</summary>
internal static class CompanyMarks
{
    /// <param name="all">Look at every address; else at those of people who wait to be pushed.</param>
    public static List<NewCompany> Find(DbConnection db, Connection connection, bool all)
    {
        var rules = connection.Companies;
        var name = new { connection.Name, prefix = SpokeKey.Of(connection.Name, EntityKind.Company, "") };
        var found = db.Query<string>("select platform_id from ledger where connection = @Name and kind = 5 and deleted = 0 and body <> '' and not exists (select 1 from record r where r.connection = @Name and r.object = 'companies' and r.record_key = @prefix || ledger.platform_id)", name)
            .Select(id => new NewCompany(name.prefix + id, id, null)).ToList();
        found.AddRange(OfTheStore(db, connection));
        if (rules.Source != CompanySource.Domain) return found;
        const string Unknown = "l.connection = @Name and l.kind in (2, 3) and l.contact_key is not null and not exists (select 1 from company_domain d where d.connection = @Name and d.domain = l.domain)";
        var taken = found.Select(company => company.Domain).ToHashSet();
        // From who waits to what the ledger has of them, and without asking for a domain: SQLite would walk everybody who has one.
        found.AddRange(db.Query<string?>(all ? $"select distinct l.domain from ledger l where {Unknown} and l.domain is not null" : $"select distinct l.domain from record r cross join ledger l where l.connection = r.connection and l.contact_key = r.record_key and r.connection = @Name and r.object = 'contacts' and r.state = 1 and {Unknown}", name).OfType<string>()
            .Where(domain => rules.IsCompany(domain, connection.StoreUrl) && !taken.Contains(domain)).Select(domain => new NewCompany($"{name.prefix}domain:{domain}", "domain:" + domain, domain)));
        return found;
    }

    /// <summary>The domains of companies that the store keeps: the one that all work addresses of its people have, if no other company's people have it.</summary>
    private static IEnumerable<NewCompany> OfTheStore(DbConnection db, Connection connection)
    {
        var people = db.Query<(string Company, string Domain)>(
            """
            select distinct c.company_id, c.domain from ledger c join ledger l on l.connection = c.connection and l.kind = 5 and l.platform_id = c.company_id and l.deleted = 0
            where c.connection = @Name and c.kind = 2 and c.company_id is not null and c.domain is not null and c.deleted = 0
                and not exists (select 1 from company_domain d where d.connection = @Name and d.domain = c.domain)
                and not exists (select 1 from company_domain d where d.connection = @Name and d.record_key = @prefix || c.company_id)
            """, new { connection.Name, prefix = SpokeKey.Of(connection.Name, EntityKind.Company, "") }).Where(row => connection.Companies.IsCompany(row.Domain, connection.StoreUrl)).ToList();
        var shared = people.GroupBy(row => row.Domain).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return people.GroupBy(row => row.Company).Where(group => group.Count() == 1 && !shared.Contains(group.First().Domain))
            .Select(group => new NewCompany(SpokeKey.Of(connection.Name, EntityKind.Company, group.Key), group.Key, group.First().Domain));
    }

    public static void Put(DbConnection db, DbTransaction transaction, string connection, IReadOnlyList<NewCompany> companies)
    {
        // Whoever is in step already belongs to it from now on; at a first pass nobody is.
        var later = db.ExecuteScalar<long>("select count(*) from (select 1 from record where connection = @connection and object in ('contacts', 'orders') and state in (0, 2) limit 1) settled", new { connection }, transaction) > 0;
        foreach (var company in companies)
        {
            if (company.Domain is { } domain) db.Execute("insert into company_domain (connection, domain, record_key) values (@connection, @domain, @Key) on conflict do nothing", new { connection, domain, company.Key }, transaction);
            DirtyMarks.Put(db, transaction, connection, RecordObjects.Companies, company.Key, company.SourceId);
            if (!later) continue;
            if (company.Domain is not null) DirtyMarks.OfCompany(db, transaction, connection, "domain", company.Domain);
            if (!company.SourceId.StartsWith("domain:", StringComparison.Ordinal)) DirtyMarks.OfCompany(db, transaction, connection, "company_id", company.SourceId);
        }
        ChangeSource.Claim(db, transaction, connection, null);   // no one change of the store is the reason
    }
}
