using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>Something a record meets or doesn't.</summary>
internal abstract class Condition
{
    public abstract bool Meets(ListScope scope, StoredRecord record);

    /// <summary>Moments, past ones too, at which the answer may change although nobody touches the record.</summary>
    public virtual IEnumerable<long> Turns(ListScope scope, StoredRecord record) => [];
}

/// <summary>What conditions may look at: the portal at one moment.</summary>
internal sealed class ListScope(Portal portal, ListStore lists, long nowMs)
{
    private IReadOnlyList<IFactSource>? sources;
    private IReadOnlyList<IOptState>? optStates;

    public Portal Portal { get; } = portal;
    public long NowMs { get; } = nowMs;

    public bool IsMember(long listId, long recordId) => lists.Find(listId) is { Deleted: false } list && list.Members.Contains(recordId);

    public IEnumerable<Fact> Facts(StoredRecord record, FactQuery query) =>
        (sources ??= [.. Portal.Areas.OfType<IFactSource>()]).SelectMany(source => source.FactsOf(record, query));

    public string OptState(StoredRecord record, string subscriptionId) =>
        (optStates ??= [.. Portal.Areas.OfType<IOptState>()]).Select(area => area.OptStateOf(record, subscriptionId)).FirstOrDefault() ?? "NOT_OPTED";
}

/// <summary>Something that happened to a record, such as a form it filled in; <paramref name="Value"/> gives its details by name.</summary>
internal readonly record struct Fact(long AtMs, Func<string, string?> Value);

/// <param name="Kind">The filter type in HubSpot's words.</param>
/// <param name="Id">Which form, event type or e-mail; null is any.</param>
/// <param name="What">What happened to an e-mail; else empty.</param>
internal readonly record struct FactQuery(string Kind, string? Id, string What = "");

/// <summary>An area that knows what happened to records; it tells <see cref="ListsArea.Touch"/> when something did.</summary>
internal interface IFactSource
{
    IEnumerable<Fact> FactsOf(StoredRecord record, FactQuery query);
}

/// <summary>The area that knows who wants which e-mail.</summary>
internal interface IOptState
{
    /// <summary>OPT_IN, OPT_OUT or NOT_OPTED.</summary>
    string OptStateOf(StoredRecord record, string subscriptionId);
}

/// <summary>An area that wants to hear when a record joins or leaves a list.</summary>
internal interface IListListener
{
    void MembershipChanged(StoredList list, StoredRecord record, bool joined, long atMs);
}
