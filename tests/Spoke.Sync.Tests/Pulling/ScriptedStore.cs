using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>A store in memory that people edit and that takes writes. Its versions are the milliseconds of its clock, and its bytes are the ledger's own form.</summary>
internal sealed class ScriptedStore(TimeProvider time) : IStoreConnector, IStoreWriter
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(EntityKind, string), LedgerEntity> _entities = [];
    private readonly List<(EntityKind, string)> _log = [];
    private readonly HashSet<string> _done = [];
    private long _last;

    /// <summary>Writes that were carried out.</summary>
    public int Writes { get; private set; }

    /// <summary>What to answer to writes instead of carrying them out.</summary>
    public Func<StoreWrite, StoreWriteOutcome?>? Refuse { get; set; }

    /// <summary>What happens in the store right after a write, before the writer hears of it.</summary>
    public Func<StoreWrite, Task>? Written { get; set; }

    /// <summary>What its pushes ask about people's data.</summary>
    public IReadOnlyList<PrivacyRequest> Asks { get; set; } = [];

    /// <summary>After so many pages of a reading it answers no more; null: it goes on answering.</summary>
    public int? FailAfterPages { get; set; }

    /// <summary>Changes that the connector cannot read yet.</summary>
    public Func<StoreChange, bool>? Unreadable { get; set; }

    /// <summary>It does not answer.</summary>
    public bool Silent { get; set; }

    /// <summary>Ids it fails to answer for when they are asked for one by one; <c>*</c>: all.</summary>
    public HashSet<string> FailsFor { get; } = [];

    /// <summary>Ids that were asked for one by one.</summary>
    public List<string> AskedFor { get; } = [];

    public string Platform => "scripted";

    public IReadOnlyList<EntityKind> Kinds => EntityKinds.All;

    public IStoreWriter? Writer => this;

    public IStoreSubscriptions? Subscriptions => null;

    public IReadOnlySet<StoreWriteKind> Takes { get; init; } = new HashSet<StoreWriteKind> { StoreWriteKind.CustomerFields, StoreWriteKind.EmailConsent, StoreWriteKind.SmsConsent, StoreWriteKind.CustomerTags, StoreWriteKind.CustomerNote, StoreWriteKind.OrderTags, StoreWriteKind.OrderNote, StoreWriteKind.Fulfilment };

    /// <summary>Somebody makes or edits something in the store.</summary>
    public T Put<T>(T entity) where T : LedgerEntity
    {
        lock (_gate)
        {
            _last = Math.Max(_last + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            var kept = (T)(entity with { Version = _last });
            _entities[(kept.Kind, kept.PlatformId)] = kept;
            _log.Add((kept.Kind, kept.PlatformId));
            return kept;
        }
    }

    public void Age(EntityKind kind, string id, TimeSpan by)
    {
        lock (_gate) _entities[(kind, id)] = _entities[(kind, id)] with { Version = _entities[(kind, id)].Version - (long)by.TotalMilliseconds };
    }

    public T Get<T>(EntityKind kind, string id) where T : LedgerEntity
    {
        lock (_gate) return (T)_entities[(kind, id)];
    }

    public Customer Edit(string id, Func<Customer, Customer> edit) => Put(edit(Get<Customer>(EntityKind.Customer, id)));

    /// <summary>Somebody deletes it, and nobody is told.</summary>
    public void Lose(EntityKind kind, string id)
    {
        lock (_gate)
        {
            _entities.Remove((kind, id));
            _log.RemoveAll(entry => entry == (kind, id));
        }
    }

    /// <summary>It leaves these out of its lists; asked for by their ids it has them.</summary>
    public HashSet<string> NotListed { get; } = [];

    /// <summary>From now on it answers as if it had never had anything.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entities.Clear();
            _log.Clear();
        }
    }

    public StoreChange Push(EntityKind kind, string id, string delivery)
    {
        lock (_gate) return Change(_entities[(kind, id)]) with { DeliveryId = delivery };
    }

    /// <summary>What it says of itself; null: it fails to answer when it is asked who it is.</summary>
    public StoreInfo? Info { get; set; } = new("Scripted", "http://scripted", "EUR");

    public Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken) => Info is { } info ? Task.FromResult(info) : throw new StoreException("The store refused to say who it is (403).", isTransient: false);

    public async IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        List<StoreChange> all;
        lock (_gate) all = [.. _entities.Values.Where(e => e.Kind == kind && !NotListed.Contains(e.PlatformId)).OrderBy(e => e.PlatformId, StringComparer.Ordinal).Where(e => cursor is null || string.CompareOrdinal(e.PlatformId, cursor) > 0).Select(Change)];
        var read = 0;
        foreach (var page in all.Chunk(100))
        {
            if (read++ >= FailAfterPages) throw new StoreException("The store asks for patience (429).", isTransient: true);
            yield return new StorePage(page, page[^1].PlatformId, all.Count);
        }
    }

    public async IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (Silent) throw new StoreException("The store does not answer.", isTransient: true);
        var from = int.Parse(checkpoint ?? "0", CultureInfo.InvariantCulture);
        List<StoreChange> changed;
        int to;
        lock (_gate) (changed, to) = ([.. _log.Skip(from).Distinct().Select(key => Change(_entities[key]))], _log.Count);
        yield return new StorePage(changed, to.ToString(CultureInfo.InvariantCulture));
    }

    public Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            AskedFor.Add(platformId);
            if (FailsFor.Contains(platformId) || FailsFor.Contains("*")) throw new StoreException($"The store failed to answer for {platformId} (500).", isTransient: true);
            return Task.FromResult(_entities.TryGetValue((kind, platformId), out var entity) ? Change(entity) : null);
        }
    }

    public WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now) => Asks.Count > 0 ? new([]) { Privacy = Asks } : new([], "It pushes nothing.");

    public IReadOnlyList<LedgerEntity> Normalise(StoreChange change) => Unreadable?.Invoke(change) == true ? throw new FormatException($"{change.Kind} {change.PlatformId} is of a form that is not known.") : [LedgerJson.Read(Encoding.UTF8.GetString(change.Payload.Span))];

    public async Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken)
    {
        var outcome = Write(write);
        if (Written is { } written) await written(write);
        return outcome;
    }

    private StoreWriteOutcome Write(StoreWrite write)
    {
        if (Refuse?.Invoke(write) is { } refusal) return refusal;
        if (write is ConsentWrite consent) return Carry(write, customer => consent.Channel == ConsentChannel.Email ? customer with { EmailConsent = consent.Consent } : customer with { SmsConsent = consent.Consent });
        if (write is TagsWrite tags) return Carry(write, tags.Of, entity => entity is Order order ? order with { Tags = Tagged(order.Tags, tags) } : (Customer)entity with { Tags = Tagged(((Customer)entity).Tags ?? [], tags) });
        if (write is NoteWrite note) return Carry(write, note.Of, entity => entity is Order order ? order with { Note = Noted(order.Note, note) } : (Customer)entity with { Note = Noted(((Customer)entity).Note, note) });
        if (write is not CustomerFieldsWrite fields) return new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "not of this store", Fix: "none");
        return Carry(write, customer => fields.Fields.Aggregate(customer, Set));
    }

    private StoreWriteOutcome Carry(StoreWrite write, Func<Customer, Customer> edit) => Carry(write, EntityKind.Customer, entity => edit((Customer)entity));

    private static string Noted(string? before, NoteWrite note) => before is null ? note.Text : before + "\n" + note.Text;

    private static IReadOnlyList<string> Tagged(IReadOnlyList<string> before, TagsWrite write)
    {
        List<string> after = [.. before.Except(write.Remove).Union(write.Add)];
        return after.SequenceEqual(before) ? before : after;
    }

    private StoreWriteOutcome Carry(StoreWrite write, EntityKind kind, Func<LedgerEntity, LedgerEntity> edit)
    {
        lock (_gate)
        {
            if (!_entities.TryGetValue((kind, write.PlatformId), out var before)) return new StoreWriteOutcome(StoreWriteResult.Gone);
            var (entity, after) = (before, edit(before));
            if (!_done.Add(write.Key + write.PlatformId) || after == before) return new StoreWriteOutcome(StoreWriteResult.Unchanged, Change(entity));
            Writes++;
            return new StoreWriteOutcome(StoreWriteResult.Written, Change(Put(after)));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Customer Set(Customer customer, KeyValuePair<CustomerField, string?> field) => field.Key switch
    {
        CustomerField.Email => customer with { Email = field.Value },
        CustomerField.FirstName => customer with { FirstName = field.Value },
        CustomerField.LastName => customer with { LastName = field.Value },
        CustomerField.Phone => customer with { Phone = field.Value },
        CustomerField.Company => customer with { Address = (customer.Address ?? new Address()) with { Company = field.Value } },
        CustomerField.Street => customer with { Address = (customer.Address ?? new Address()) with { Street = field.Value } },
        CustomerField.City => customer with { Address = (customer.Address ?? new Address()) with { City = field.Value } },
        CustomerField.State => customer with { Address = (customer.Address ?? new Address()) with { State = field.Value } },
        CustomerField.PostalCode => customer with { Address = (customer.Address ?? new Address()) with { PostalCode = field.Value } },
        _ => customer with { Address = (customer.Address ?? new Address()) with { Country = field.Value } },
    };

    private static StoreChange Change(LedgerEntity entity) => new(entity.Kind, entity.PlatformId, entity.Version, Encoding.UTF8.GetBytes(LedgerJson.Write(entity)));
}
