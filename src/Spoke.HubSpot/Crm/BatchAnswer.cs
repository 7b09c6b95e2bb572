using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>
/// Says which input each part of a batch's answer belongs to: by trace id, else by what identifies the record. HubSpot promises no order,
/// so nothing is ever told by its place; an input nobody spoke for is an error and not a guess.
/// </summary>
internal sealed class BatchAnswer(HubSpotResponse response, HubSpotRequest request, BatchKind kind, IReadOnlyList<int> inputs)
{
    private readonly Dictionary<int, BatchOutcome> _told = new(inputs.Count);

    public IEnumerable<BatchOutcome> Read()
    {
        using var document = CrmJson.Parse(response, request);
        var untold = new List<CrmRecord>();
        foreach (var item in CrmJson.Items(document.RootElement, "results"))
        {
            var record = CrmJson.ReadRecord(item);
            if (!Tell(Traced(record.TraceId), record)) untold.Add(record);
        }
        var errors = CrmJson.Items(document.RootElement, "errors").Select(ErrorEnvelope.Parse).ToList();
        errors.RemoveAll(Tell);
        untold.RemoveAll(record => Tell(Silent.Cast<int?>().FirstOrDefault(input => kind.IsRecordOf(record, input!.Value)), record));
        if (untold.Count == 1 && errors.Count == 0 && Silent.Count() == 1) Tell(Silent.First(), untold[0]);   // nothing else is left to tell
        var why = errors.Count > 0 ? ErrorMapping.FromBatchEntry(errors[0], request) : null;
        if (why is not null && untold.Count == 0 && (errors.Count == 1 || Silent.Count() == 1)) TellAll([.. Silent], why);
        TellAll([.. Silent], new HubSpotException(HubSpotErrorKind.Unexpected, $"{request.Method} {request.MaskedPath} did not say what became of this input.{(why is null ? "" : " It did say: " + why.Message)}") { StatusCode = response.StatusCode, IsTransient = true });
        return _told.Values;
    }

    private IEnumerable<int> Silent => inputs.Where(input => !_told.ContainsKey(input));

    private int? Traced(string? trace) => int.TryParse(trace, NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position < inputs.Count ? inputs[position] : null;

    private bool Tell(int? input, CrmRecord record) =>
        input is { } known && _told.TryAdd(known, new BatchOutcome(known) { Record = record, Created = record.IsNew ?? kind.Verb == "create" });

    // An entry names trace ids, or the ids of the records it is about.
    private bool Tell(ErrorEnvelope entry)
    {
        var traced = entry.Context.GetValueOrDefault("objectWriteTraceId")?.Select(Traced).OfType<int>().ToList() ?? [];
        var ids = entry.Context.GetValueOrDefault("ids") ?? [];
        List<int> named = traced.Count > 0 ? traced : [.. Silent.Where(input => kind.Key?.Invoke(input) is { } key && ids.Contains(key, StringComparer.OrdinalIgnoreCase))];
        if (named.Count > 0) TellAll(named, ErrorMapping.FromBatchEntry(entry, request));
        return named.Count > 0;
    }

    private void TellAll(List<int> told, HubSpotException error)
    {
        foreach (var input in told) _told[input] = new BatchOutcome(input) { Error = error };
    }
}
