using Spoke.Commerce.Connectors;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Subscriptions;

/// <summary>
/// Why does nothing arrive from a store? Sends a test to a running <c>spoke serve</c>, signed as the platform signs, by the address on this machine and by the one that the store is given,
/// so that tunnel, proxy, name and certificate are part of the test; and tells what is known of the store's own pushes. Nothing is changed at the store.
/// </summary>
public sealed class DeliveryCheck(SyncDatabase database, TimeProvider time)
{
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<DeliveryReport> RunAsync(Connection connection, CancellationToken cancellationToken)
    {
        // First, as the tests pass the same door.
        var (place, kept, refusal) = await database.ReadAsync(db => (DoorNotes.PlaceOf(db, connection.Name), DoorNotes.LastKept(db, connection.Name), DoorNotes.RefusalOf(db, connection.Name)), cancellationToken).ConfigureAwait(false);
        var facts = new List<DeliveryFact>();
        var ways = new List<TestedWay>();
        if (connection.Store.SignTest("test", [], time.GetUtcNow()) is null)
            facts.Add(new DeliveryFact($"There is no webhookSecret for this store, so no push of it is taken; it is asked for changes every five minutes.", $"If it is to push, set webhookSecret ({Secret(connection.Store.Platform)}).", IsTrouble: false));
        else
        {
            var probe = new DeliveryProbe(connection, await DatabaseId.OfAsync(database, cancellationToken).ConfigureAwait(false), time);
            ways.Add(await LocalAsync(probe, place, connection.Name, cancellationToken).ConfigureAwait(false));
            ways.Add(connection.PushesTo is { } address ? await probe.TryAsync("public", address, ways[0].State == WayState.Arrives, cancellationToken).ConfigureAwait(false)
                : new TestedWay("public", null, WayState.NotTried, "there is no publicUrl, so the way that the store's pushes take from outside is not known", "Set publicUrl to the https address under which stores reach spoke serve."));
            if (Refused(connection, refusal, kept) is { } refused) facts.Add(refused);
        }
        if (connection.Store.Subscriptions is { } subscriptions) facts.AddRange(await SubscribedAsync(connection, subscriptions, cancellationToken).ConfigureAwait(false));
        return new DeliveryReport(connection.Name, connection.Store.Platform, ways, kept, facts);
    }

    private static async Task<TestedWay> LocalAsync(DeliveryProbe probe, DoorPlace? place, string connection, CancellationToken cancellationToken)
    {
        const string Way = "local";
        if (place is null) return new TestedWay(Way, null, WayState.NotTried, "spoke serve has not run with this database yet, so nobody takes what the store pushes", "Start it: spoke serve.");
        if (place.Machine != Environment.MachineName) return new TestedWay(Way, null, WayState.NotTried, $"spoke serve ran last on the machine {place.Machine}", "Run the doctor there for this way.");
        var tried = await probe.TryAsync(Way, new Uri(place.Address, "hooks/" + connection), otherArrives: false, cancellationToken).ConfigureAwait(false);
        return tried.State != WayState.NobodyListens ? tried
            : tried with { Shows = $"nobody listens at {place.Address.Authority}, where spoke serve was started {Moment(place.At)}: it is not running any more", Fix = "Start it again: spoke serve. Until then nothing is taken; when it starts it asks the store for what it missed." };
    }

    private DeliveryFact? Refused(Connection connection, DoorRefusal? refusal, DateTimeOffset? kept)
    {
        if (refusal is null) return null;
        var what = $"The last push that was refused came {Moment(refusal.At)} and got {refusal.Status}: {refusal.Text}";
        if (kept > refusal.At) return new DeliveryFact(what, null, IsTrouble: false);
        // Strangers knock at every door of the internet; a store signs.
        return refusal.Text == connection.Store.ReadWebhook(new Dictionary<string, string>(), "{}"u8, time.GetUtcNow()).Problem ? new DeliveryFact($"{what} It had no signature at all, so it was hardly the store's.", null, IsTrouble: false)
            : new DeliveryFact($"{what} None was kept since.", refusal.Status == 401 ? $"If it was the store's, it signs with another secret: compare webhookSecret with {Secret(connection.Store.Platform)}." : "If it was the store's, see what it sends there.", IsTrouble: true);
    }

    private async Task<IReadOnlyList<DeliveryFact>> SubscribedAsync(Connection connection, IStoreSubscriptions subscriptions, CancellationToken cancellationToken)
    {
        SubscriptionSurvey survey;
        try
        {
            survey = await subscriptions.LookAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            return [new DeliveryFact($"The store's subscriptions could not be looked at: {failure.Message}", null, IsTrouble: true)];
        }
        var facts = new List<DeliveryFact>();
        var here = survey.Found.Where(found => connection.PushesTo is { } ours && Uri.TryCreate(found.Address, UriKind.Absolute, out var address) && address == ours).ToList();
        var on = survey.Wanted.Where(topic => here.Any(found => found.IsOn && found.Topic == topic)).ToList();
        var elsewhere = survey.Found.Except(here).Where(found => survey.Wanted.Contains(found.Topic)).GroupBy(found => Shown(found.Address)).Select(group => (Address: group.Key, Topics: group.Select(found => found.Topic).Distinct().Count())).ToList();
        var away = elsewhere.Count == 0 ? "" : $" It pushes elsewhere: {string.Join(", ", elsewhere.Take(5).Select(one => $"{one.Topics} topics to {one.Address}"))}.";
        if (connection.PushesTo is null) facts.Add(new DeliveryFact($"Nobody looks after the store's subscriptions, because there is no publicUrl.{away}", "Set publicUrl; spoke serve subscribes then.", IsTrouble: false));
        else if (on.Count == survey.Wanted.Count) facts.Add(new DeliveryFact($"The store pushes all {on.Count} topics to {connection.PushesTo}.{away}", null, IsTrouble: false));
        else
        {
            var missing = survey.Wanted.Except(on).ToList();
            var off = missing.Where(topic => here.Any(found => found.Topic == topic)).ToList();
            facts.Add(new DeliveryFact($"The store pushes {on.Count} of {survey.Wanted.Count} topics to {connection.PushesTo}: {string.Join(", ", missing.Take(5))}{(missing.Count > 5 ? " and others" : "")} {(off.Count == missing.Count ? "are switched off" : "are missing")}.{away}",
                "spoke serve subscribes when it starts and every hour; when it runs and this stays so, its log says why.", IsTrouble: true));
        }
        if (await database.ReadAsync(db => Cursors.Get(db, connection.Name, SubscriptionNotes.Problem), cancellationToken).ConfigureAwait(false) is { Length: > 0 } problem)
            facts.Add(new DeliveryFact($"When spoke serve looked last, the store's subscriptions could not be seen: {problem}", null, IsTrouble: true));
        return facts;
    }

    /// <summary>What stands behind a question mark may be another program's secret.</summary>
    private static string Shown(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Path) : "an address that is none";

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Where a platform keeps what it signs with.</summary>
    internal static string Secret(string platform) => platform switch
    {
        "shopify" => "the app's client secret",
        "woocommerce" => "the secret of the shop's webhooks",
        "medusa" => "SPOKE_WEBHOOK_SECRET of the store",
        "vendure" => "the secret that the plugin in the store was given",
        _ => "the secret that the store signs with",
    };
}
