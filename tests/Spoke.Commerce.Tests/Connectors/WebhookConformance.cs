using System.Text.Json;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>What a connector owes the engine about pushes, tried with what a store of its platform posts.</summary>
public abstract class WebhookConformance
{
    private readonly StoreUnderTest _store;
    private readonly IPushes _pushes;

    /// <param name="store">It is <see cref="IPushes"/> too.</param>
    protected WebhookConformance(StoreUnderTest store)
    {
        Assert.SkipWhen(store.Missing is not null, store.Missing ?? "");
        _store = store;
        _pushes = (IPushes)store;
    }

    [Fact]
    public async Task A_push_leads_to_the_entity_as_the_list_has_it()
    {
        await using var connector = _pushes.Listen(_pushes.PushSecret, null);
        var (id, push, _) = await PushAsync();
        var reading = connector.ReadWebhook(push.Headers, push.Body, push.At);
        Assert.Null(reading.Problem);
        var told = Assert.Single(reading.Changes, change => change.PlatformId == id);
        Assert.False(told.Deleted);
        var pushed = told.IsOnlyNamed ? await connector.ReadOneAsync(told.Kind, id, Cancel) : told;
        StoreChange? listed = null;
        await foreach (var page in connector.ReadAllAsync(EntityKind.Order, null, Cancel)) listed ??= page.Changes.FirstOrDefault(change => change.PlatformId == id);
        Assert.Equal(Text(connector, listed), Text(connector, pushed));
    }

    [Fact]
    public async Task A_delivery_that_is_repeated_has_the_same_id_and_another_has_not()
    {
        await using var connector = _pushes.Listen(_pushes.PushSecret, null);
        var (id, first, again) = await PushAsync();
        var (other, second, _) = await PushAsync();
        IReadOnlyList<StoreChange> Changes(PushedDelivery push) => connector.ReadWebhook(push.Headers, push.Body, push.At).Changes;
        string DeliveryId(PushedDelivery push, string of) => Assert.Single(Changes(push), change => change.PlatformId == of).DeliveryId ?? throw new Xunit.Sdk.XunitException("the push has no delivery id");
        Assert.Equal(DeliveryId(first, id), DeliveryId(again, id));
        AssertEachIsKept(connector, first, again);
        Assert.NotEqual(DeliveryId(first, id), DeliveryId(second, other));
        Assert.Distinct(Changes(first).Concat(Changes(second)).Select(change => change.DeliveryId));   // what shares an id is dropped as a repeat
    }

    [Fact]
    public async Task While_a_secret_is_changed_the_previous_one_is_accepted_too()
    {
        var (id, push, _) = await PushAsync();
        await using var connector = _pushes.Listen(_pushes.OtherSecret, previous: _pushes.PushSecret);
        Assert.Single(connector.ReadWebhook(push.Headers, push.Body, push.At).Changes, change => change.PlatformId == id);
    }

    [Fact]
    public async Task A_push_that_is_signed_with_another_secret_is_refused_and_no_secret_is_shown()
    {
        var (_, push, _) = await PushAsync();
        await using var connector = _pushes.Listen(_pushes.OtherSecret, null);
        var problem = Refused(connector, push);
        Assert.DoesNotContain(_pushes.OtherSecret, problem);
    }

    [Fact]
    public async Task A_push_whose_body_or_signature_was_altered_or_that_has_no_signature_is_refused()
    {
        await using var connector = _pushes.Listen(_pushes.PushSecret, null);
        var (_, push, _) = await PushAsync();
        Refused(connector, push with { Body = [.. push.Body, (byte)'\n'] });
        Refused(connector, push with { Body = [.. push.Body.Select((b, i) => i == push.Body.Length / 2 ? (byte)(b ^ 1) : b)] });
        Refused(connector, push with { Body = [] });
        var signature = push.Headers[_pushes.SignatureHeader];
        foreach (var wrong in new[] { "", "nonsense", signature[..^6] + (signature[^6] == 'A' ? "B" : "A") + signature[^5..] })
            Refused(connector, push with { Headers = new Dictionary<string, string>(push.Headers) { [_pushes.SignatureHeader] = wrong } });
        Refused(connector, push with { Headers = push.Headers.Where(header => header.Key != _pushes.SignatureHeader).ToDictionary() });
    }

    [Fact]
    public async Task A_push_that_was_kept_back_for_long_is_refused_where_its_time_is_signed()
    {
        await using var connector = _pushes.Listen(_pushes.PushSecret, null);
        var (_, push, _) = await PushAsync();
        Assert.True(connector.ReadWebhook(push.Headers, push.Body, push.At.AddMinutes(4)).Accepted);
        Assert.Equal(!_pushes.SignsTime, connector.ReadWebhook(push.Headers, push.Body, push.At.AddMinutes(6)).Accepted);
        Assert.Equal(!_pushes.SignsTime, connector.ReadWebhook(push.Headers, push.Body, push.At.AddMinutes(-6)).Accepted);
    }

    /// <summary>The intake keeps one change of an id: those of one delivery have each their own, and the same when it is repeated.</summary>
    protected static IReadOnlyList<StoreChange> AssertEachIsKept(IStoreConnector connector, PushedDelivery first, PushedDelivery again)
    {
        var changes = connector.ReadWebhook(first.Headers, first.Body, first.At).Changes;
        Assert.Distinct(changes.Select(change => change.DeliveryId));
        Assert.Equal(changes.Select(change => change.DeliveryId), connector.ReadWebhook(again.Headers, again.Body, again.At).Changes.Select(change => change.DeliveryId));
        return changes;
    }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(string Order, PushedDelivery First, PushedDelivery Again)> PushAsync()
    {
        var id = await _store.PlaceAsync($"push-{Guid.NewGuid():N}@example.com");
        var (first, again) = await _pushes.PushAsync(id);
        return (id, first, again);
    }

    private static string Refused(IStoreConnector connector, PushedDelivery push)
    {
        var reading = connector.ReadWebhook(push.Headers, push.Body, push.At);
        Assert.False(reading.Accepted);
        Assert.Empty(reading.Changes);
        Assert.Empty(reading.Privacy);
        return Assert.IsType<string>(reading.Problem);
    }

    private static string Text(IStoreConnector connector, StoreChange? change)
    {
        Assert.NotNull(change);
        return JsonSerializer.Serialize<object>(Assert.Single(connector.Normalise(change), entity => entity.PlatformId == change.PlatformId));
    }
}

/// <summary>A store under test that pushes.</summary>
public interface IPushes
{
    /// <summary>What the store signs with.</summary>
    string PushSecret { get; }

    /// <summary>One of the same form that is not the store's.</summary>
    string OtherSecret { get; }

    /// <summary>The header, in lower case, that carries the signature.</summary>
    string SignatureHeader { get; }

    /// <summary>The signature covers the time of the push, so that an old one can be told.</summary>
    bool SignsTime { get; }

    /// <summary>A connector to the store that knows these secrets.</summary>
    IStoreConnector Listen(string secret, string? previous);

    /// <summary>Something happens to the order. What the store posts about it, and the same delivery once more, as when the first was not answered.</summary>
    Task<(PushedDelivery First, PushedDelivery Again)> PushAsync(string order);
}

/// <summary>A push as it arrived. Names of headers are in lower case.</summary>
public sealed record PushedDelivery(IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At);
