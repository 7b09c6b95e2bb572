using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Companies;

/// <summary>
/// Makes companies ready to be pushed: those of the ledger get a row, those that HubSpot has already are linked. A store without companies costs no call.
/// A token that may not touch companies leaves these out and nothing else.
/// </summary>
internal sealed class CompanyRound(SyncDatabase database, Connection connection, PortalPreparation preparation, Adoption adoption, ILogger logger)
{
    private const int DomainsAtOnce = 100;
    private const int SearchLength = 2000;   // of the 3,000 characters that HubSpot takes
    private readonly HashSet<string> _asked = [];
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };
    private bool _looked;
    private bool _open;

    /// <summary>Why companies are left out, for people; null: they are not.</summary>
    public string? Problem { get; private set; }

    /// <summary>How many a plan leaves out.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Whether there are any that may be written.</summary>
    public bool AreWritten { get; private set; }

    public static CompanyRound Of(SyncDatabase database, Connection connection, DesiredReader reader, TimeProvider time, ILogger logger) =>
        new(database, connection, new PortalPreparation(database, connection), new Adoption(database, connection, reader, time), logger);

    /// <param name="prepare">Make what properties the portal lacks; else only look.</param>
    /// <returns>Whether there are companies and they may be written.</returns>
    /// <exception cref="HubSpotException">The portal cannot be reached, or refuses us as a whole.</exception>
    public async Task<bool> ReadyAsync(bool prepare, CancellationToken cancellationToken)
    {
        if (connection.Companies.Source == CompanySource.Off || Problem is not null) return AreWritten = false;
        var (found, known) = await database.ReadAsync(db => (CompanyMarks.Find(db, connection, all: !_looked), CompanyKeys.Any(db, connection.Name)), cancellationToken).ConfigureAwait(false);
        if (found.Count == 0 && !known) return AreWritten = false;
        try
        {
            if (!_open) await preparation.CompaniesAsync(prepare, cancellationToken).ConfigureAwait(false);
            _open = true;
            if (found.Count > 0) await database.WriteAsync((db, transaction) => CompanyMarks.Put(db, transaction, connection.Name, found), cancellationToken).ConfigureAwait(false);
            _looked = true;
            await LinkAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException refused) when (refused.Kind == HubSpotErrorKind.ScopeMissing)
        {
            LeaveOut(refused);
        }
        return AreWritten = Problem is null;
    }

    /// <summary>The same for a plan: nothing is made in HubSpot.</summary>
    /// <param name="missingScopes">Of those for companies; null: HubSpot says nothing of this kind of token.</param>
    public async Task<bool> LookAsync(IReadOnlyList<string>? missingScopes, CancellationToken cancellationToken)
    {
        if (connection.Companies.Source == CompanySource.Off) return false;
        if (missingScopes is { Count: > 0 })
        {
            LeftOut = (await database.ReadAsync(db => CompanyMarks.Find(db, connection, all: true), cancellationToken).ConfigureAwait(false)).Select(company => company.Key).Distinct().Count();
            if (LeftOut > 0) Problem = $"The token has no {string.Join(", no ", missingScopes)}; companies are left out until it has, and everything else is written.";
            return false;
        }
        return await ReadyAsync(prepare: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The token may not do this to companies. Everything else goes on; the next preparation of the portal tries again.</summary>
    public void LeaveOut(HubSpotException refused)
    {
        (Problem, AreWritten) = (refused.Message, false);
        CompanyLog.LeftOut(logger, connection.Name, refused.Message);
    }

    /// <summary>Takes over the one company of HubSpot that has the domain. Of several none is chosen: somebody has to.</summary>
    private async Task LinkAsync(CancellationToken cancellationToken)
    {
        var waiting = (await database.ReadAsync(db => db.Query<(string Domain, string Key)>(
            "select d.domain, d.record_key from record r cross join company_domain d where d.connection = r.connection and d.record_key = r.record_key and r.connection = @Name and r.object = 'companies' and r.record_id is null and r.state = 1", new { connection.Name }).AsList(), cancellationToken).ConfigureAwait(false)).Where(row => _asked.Add(row.Domain)).ToList();
        foreach (var part in Parts(waiting))
        {
            var properties = await adoption.AskedAsync(RecordObjects.Companies, cancellationToken).ConfigureAwait(false);
            var query = SearchQuery.Where(new SearchFilter("domain", SearchOperator.In, null) { Values = [.. part.Select(row => row.Domain)] }) with { Properties = properties };
            var there = (await connection.Portal.Objects(RecordObjects.Companies).SearchAsync(query, _inTurn, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(record => record["domain"]?.Trim().ToLowerInvariant() ?? "", StringComparer.Ordinal);
            var ours = new List<CrmRecord>();
            foreach (var (domain, key) in part)
            {
                var hits = there[domain].ToList();
                if (hits.FirstOrDefault(record => record["spoke_key"] == key) is { } again) ours.Add(again);
                else if (hits.Count == 1) ours.Add(hits[0]);
                else if (hits.Count > 1) await database.WriteAsync((db, transaction) => Suggest(db, transaction, key, domain, hits), cancellationToken).ConfigureAwait(false);
            }
            if (ours.Count > 0) await adoption.TakeOverAsync(RecordObjects.Companies, [.. ours], cancellationToken).ConfigureAwait(false);
        }
    }

    private static IEnumerable<List<(string Domain, string Key)>> Parts(List<(string Domain, string Key)> waiting)
    {
        List<(string Domain, string Key)> part = [];
        foreach (var row in waiting)
        {
            if (part.Count == DomainsAtOnce || part.Sum(other => other.Domain.Length + 3) + row.Domain.Length > SearchLength)
            {
                yield return part;
                part = [];
            }
            part.Add(row);
        }
        if (part.Count > 0) yield return part;
    }

    private void Suggest(DbConnection db, DbTransaction transaction, string key, string domain, List<CrmRecord> hits) => db.Execute(
        "update record set state = 2, title = @domain, problem = @problem, cause = 'AMBIGUOUS_DOMAIN', fix = 'Merge them in HubSpot, or clear the domain of all but one; the next pass takes over the one that is left.', property = 'domain', value = @domain where connection = @Name and object = 'companies' and record_key = @key and record_id is null",
        new { connection.Name, key, domain, problem = $"HubSpot has {hits.Count} companies of domain {domain} ({string.Join(", ", hits.Take(5).Select(record => record.Id.Value))}), and none is chosen for you." }, transaction);
}

internal static partial class CompanyLog
{
    [LoggerMessage(4206, LogLevel.Warning, "{Connection}: companies are left out: {Problem}")]
    public static partial void LeftOut(ILogger logger, string connection, string problem);
}
