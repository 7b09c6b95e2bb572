namespace Spoke.HubSpot;

/// <summary>
/// Records written to a CSV file, in the background. Scope: <c>crm.export</c>. HubSpot runs one at a time and takes 30 in 24 hours; only the app that asked for one gets it.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class CrmExports
{
    private readonly HubSpotClient _client;
    private readonly Answers _answers;

    internal CrmExports(HubSpotClient client) => (_client, _answers) = (client, new Answers(client));

    private string Root => CrmPaths.Exports(_answers.Version) + "/async";

    /// <summary>Asks for a file and returns at once; HubSpot writes it in the background. Sent once only.</summary>
    /// <param name="name">Name of the export, which its file gets too.</param>
    /// <param name="type">Which records.</param>
    /// <param name="properties">Internal names of the properties, a column each; the record's id comes first in any case.</param>
    /// <returns>The export's id.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: a property or a type does not exist, or the list holds another type.</exception>
    public Task<string> StartAsync(string name, ObjectType type, IReadOnlyList<string> properties, ExportOptions? export = null, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(properties);
        export?.Validate();
        var request = new HubSpotRequest("POST", Root) { Body = CrmJson.Write(json => (export ?? new ExportOptions()).Write(json, name, type, properties)) };
        return _answers.OneAsync(request, root => CrmJson.Text(root, "id") ?? throw new HubSpotException(HubSpotErrorKind.Unexpected, "HubSpot took the export but gave no id for it."), options, cancellationToken);
    }

    /// <summary>Where an export stands; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Forbidden"/>: another app asked for it.</exception>
    public Task<ExportStatus?> GetStatusAsync(string exportId, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(exportId);
        return _answers.FindAsync(new HubSpotRequest("GET", $"{Root}/tasks/{CrmPaths.Escape(exportId)}/status"), ExportStatus.Read, options, cancellationToken);
    }

    /// <summary>Asks until the export has ended: after a second at first, then after twice as long each time, up to half a minute.</summary>
    /// <param name="patience">How long to ask at most; null: five minutes. The 31st export of a day waits for hours.</param>
    /// <returns>The last status, with the file's address when complete; <see cref="ExportStatus.HasEnded"/> is false when patience ran out.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: HubSpot knows no such export. <see cref="HubSpotErrorKind.Forbidden"/>: another app asked for it.</exception>
    public Task<ExportStatus> WaitAsync(string exportId, TimeSpan? patience = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        Waiting.ForAsync(_client.Time, () => GetStatusAsync(exportId, options, cancellationToken), status => status.HasEnded, $"export {exportId}", patience, cancellationToken);

    /// <summary>
    /// Fetches the file behind <see cref="ExportStatus.Url"/>, without the token and outside of the limits. Sent once only, within one deadline; redirects are not followed.
    /// </summary>
    /// <param name="url">At HubSpot (https; <c>hubspot.com</c>, <c>hubapi.com</c>, <c>hubspot.net</c> and below) or at the client's own host; no other is called.</param>
    /// <returns>The file's bytes, at most 64 MiB.</returns>
    /// <exception cref="ArgumentException">The address is at another host; nothing is sent.</exception>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: the address has run out. <see cref="HubSpotErrorKind.Unexpected"/>: the file is too large, or the address leads elsewhere.</exception>
    public Task<ReadOnlyMemory<byte>> DownloadAsync(Uri url, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        options?.Validate();
        return _client.DownloadAsync(url, options, cancellationToken);
    }
}
