namespace Spoke.HubSpot;

/// <summary>
/// Records written from a CSV file, in the background. Scope: <c>crm.import</c>. Spreadsheets are not sent.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmImports
{
    private const string FileName = "import.csv";
    private readonly Answers _answers;
    private readonly TimeProvider _time;

    internal CrmImports(HubSpotClient client) => (_answers, _time) = (new Answers(client), client.Time);

    private string Root => CrmPaths.Imports(_answers.Version);

    /// <summary>Hands a file over and returns at once; HubSpot writes the records in the background. Sent once only.</summary>
    /// <param name="name">What people see in HubSpot.</param>
    /// <param name="csv">UTF-8, separated by commas, with a heading; at most 64 MiB (HubSpot itself takes more; split it).</param>
    /// <param name="columns">What each column means, in the file's order.</param>
    /// <param name="type">Which records, where a column does not say otherwise.</param>
    /// <exception cref="ArgumentException">The file is empty or too large, or a column has no heading or property; nothing is sent.</exception>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: a property does not exist, or one that is to identify records has no unique values. Wrong rows are told by <see cref="ListErrorsAsync"/>.</exception>
    public async Task<CrmImport> StartAsync(string name, ReadOnlyMemory<byte> csv, IReadOnlyList<ImportColumn> columns, ObjectType type, ImportOptions? import = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(columns);
        if (csv.IsEmpty) throw new ArgumentException("The file is empty; it needs a heading at least.", nameof(csv));
        if (columns.Count == 0) throw new ArgumentException("An import needs columns: say what each column of the file means.", nameof(columns));
        foreach (var column in columns) column.Validate();
        import?.Validate();
        var request = await FormBody.PostAsync(Root, new FormFile("files", FileName, "text/csv", csv),
            [("importRequest", CrmJson.Write(json => (import ?? new ImportOptions()).Write(json, name, FileName, columns, type)))], repeatable: false, cancellationToken).ConfigureAwait(false);
        return await _answers.OneAsync(request, CrmImport.Read, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where an import stands; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<CrmImport?> GetAsync(string importId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(importId)), CrmImport.Read, options, cancellationToken);

    /// <summary>All imports of this app, 100 a call.</summary>
    public IAsyncEnumerable<CrmImport> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync(Root + "?limit=100", CrmImport.Read, options, cancellationToken);

    /// <summary>Asks until the import has ended: after a second at first, then after twice as long each time, up to half a minute.</summary>
    /// <param name="patience">How long to ask at most; null: five minutes. Large imports take longer.</param>
    /// <returns>The last state; <see cref="CrmImport.HasEnded"/> is false when patience ran out.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: HubSpot knows no such import.</exception>
    public Task<CrmImport> WaitAsync(string importId, TimeSpan? patience = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Waiting.ForAsync(_time, () => GetAsync(importId, options, cancellationToken), import => import.HasEnded, $"import {importId}", patience, cancellationToken);

    /// <summary>What went wrong, row by row, 100 a call.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: HubSpot knows no such import.</exception>
    public IAsyncEnumerable<ImportError> ListErrorsAsync(string importId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync($"{One(importId)}/errors?limit=100&includeErrorMessage=true&includeRowData=true", ImportError.Read, options, cancellationToken);

    /// <summary>Stops an import. Records written by then stay; one that has ended stays as it is.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: HubSpot knows no such import.</exception>
    public Task CancelAsync(string importId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("POST", One(importId) + "/cancel") { Repeatable = true }, options, cancellationToken);

    private string One(string importId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(importId);
        return $"{Root}/{CrmPaths.Escape(importId)}";
    }
}
