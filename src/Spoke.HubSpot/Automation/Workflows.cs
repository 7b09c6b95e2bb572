using System.Globalization;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Workflows, with their definitions as HubSpot's own JSON. Scope: <c>automation</c>, and the sensitive-data scopes where their properties are sensitive.
/// HubSpot publishes them as v4 only (beta), whatever the client's version; enrolling is of v2. All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class Workflows
{
    private const string Root = "/automation/v4/flows";
    private readonly Answers _answers;

    internal Workflows(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>The heads of all workflows, 100 a call.</summary>
    public IAsyncEnumerable<Workflow> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync(Root + "?limit=100", Workflow.Read, options, cancellationToken);

    /// <summary>One workflow, whole; one call.</summary>
    /// <returns>Null when there is none of that id.</returns>
    public Task<Workflow?> GetAsync(string flowId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", One(flowId)), Workflow.Read, options, cancellationToken);

    /// <summary>Makes a workflow. Sent once only.</summary>
    /// <param name="definition">JSON with <c>type</c>, <c>actions</c>, <c>startActionId</c>, <c>enrollmentCriteria</c>; another workflow's <see cref="Workflow.Json"/> serves as well.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: the message names what is missing or leads nowhere.</exception>
    /// <exception cref="ArgumentException">The definition is not a JSON object.</exception>
    public Task<Workflow> CreateAsync(string definition, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("POST", Root) { Body = Definition(definition, ["id", "revisionId", "createdAt", "updatedAt", "crmObjectCreationStatus"]) }, Workflow.Read, options, cancellationToken);

    /// <summary>Replaces a workflow by a definition made from its latest <see cref="Workflow.Json"/>, whose <c>revisionId</c> must be in it.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: somebody changed it in between; read it again.</exception>
    /// <exception cref="ArgumentException">The definition is not a JSON object.</exception>
    public Task<Workflow> UpdateAsync(string flowId, string definition, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("PUT", One(flowId)) { Body = Definition(definition, s_told), Repeatable = false }, Workflow.Read, options, cancellationToken);

    /// <summary>Switches a workflow on or off; two calls, of which the second is left out when it is so already.</summary>
    /// <returns>Null when there is none of that id.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Conflict"/>: somebody changed it between the two calls.</exception>
    public async Task<Workflow?> SetEnabledAsync(string flowId, bool enabled, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        var now = await GetAsync(flowId, options, cancellationToken).ConfigureAwait(false);
        if (now is null || now.IsEnabled == enabled) return now;
        var request = new HubSpotRequest("PUT", One(flowId)) { Body = Definition(now.Json, [.. s_told, "isEnabled"], json => json.WriteBoolean("isEnabled", enabled)), Repeatable = false };
        return await _answers.OneAsync(request, Workflow.Read, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a workflow. Cannot be undone by the API.</summary>
    public Task DeleteAsync(string flowId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.SendAsync(new HubSpotRequest("DELETE", One(flowId)), options, cancellationToken);

    /// <summary>Enrolls a contact by address into a workflow of contacts that is switched on; two calls, since enrolling goes by the older number. A contact already in it stays where it is.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: no such workflow or contact; <see cref="HubSpotErrorKind.Validation"/>: the workflow is switched off or not of contacts.</exception>
    public async Task EnrollAsync(string flowId, string email, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        await _answers.SendAsync(new HubSpotRequest("POST", await EnrollmentAsync(flowId, email, options, cancellationToken).ConfigureAwait(false)) { Repeatable = false }, options, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes a contact out of a workflow; two calls. One that is not in it is let be.</summary>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: no such workflow or contact.</exception>
    public async Task UnenrollAsync(string flowId, string email, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        await _answers.SendAsync(new HubSpotRequest("DELETE", await EnrollmentAsync(flowId, email, options, cancellationToken).ConfigureAwait(false)), options, cancellationToken).ConfigureAwait(false);

    // HubSpot says these itself; its guide has them left out of a change.
    private static readonly string[] s_told = ["id", "createdAt", "updatedAt", "crmObjectCreationStatus"];

    private static string One(string flowId) => $"{Root}/{CrmPaths.Escape(flowId)}";

    private async Task<string> EnrollmentAsync(string flowId, string email, RequestOptions? options, CancellationToken cancellationToken)
    {
        var request = new HubSpotRequest("POST", "/automation/v4/workflow-id-mappings/batch/read") { Body = CrmJson.Write(json => WriteMapping(json, flowId)) };
        var workflowId = await _answers.OneAsync(request, root => CrmJson.Items(root, "results").Select(item => CrmJson.Text(item, "workflowId")).FirstOrDefault(), options, cancellationToken).ConfigureAwait(false)
            ?? throw new HubSpotException(HubSpotErrorKind.NotFound, $"HubSpot knows no workflow with the flow id {flowId}.") { StatusCode = 404 };
        return $"/automation/v2/workflows/{CrmPaths.Escape(workflowId)}/enrollments/contacts/{CrmPaths.Escape(email)}";
    }

    private static void WriteMapping(Utf8JsonWriter json, string flowId)
    {
        json.WriteStartArray("inputs");
        json.WriteStartObject();
        json.WriteString("type", "FLOW_ID");
        json.WriteString("flowId", flowId);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static ReadOnlyMemory<byte> Definition(string definition, string[] without, Action<Utf8JsonWriter>? more = null)
    {
        try
        {
            using var document = JsonDocument.Parse(definition);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ArgumentException("A workflow's definition must be a JSON object.", nameof(definition));
            return CrmJson.Write(json =>
            {
                foreach (var member in document.RootElement.EnumerateObject())
                    if (!without.Contains(member.Name)) member.WriteTo(json);
                more?.Invoke(json);
            });
        }
        catch (JsonException failure)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A workflow's definition is not JSON (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1})."), nameof(definition), failure);
        }
    }
}
