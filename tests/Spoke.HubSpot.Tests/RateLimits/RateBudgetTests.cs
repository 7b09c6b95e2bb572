using Microsoft.Extensions.Time.Testing;
using Spoke.Emulator;
using Spoke.HubSpot.Tests.Transport;

namespace Spoke.HubSpot.Tests.RateLimits;

public sealed class RateBudgetTests
{
    private const string Token = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_callers_use_the_limit_to_the_full_and_the_emulator_refuses_none()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Starter);
        var started = TimeProvider.System.GetTimestamp();
        var ends = new double[300];
        // NoRepeat: a single 429 would fail the test.
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            await portal.Client.SendAsync(new HubSpotRequest("GET", "/account-info/2026-09/details"), new RequestOptions { NoRepeat = true }, Stop);
            ends[i] = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        }));
        // 300 calls at 100 in ten seconds take 20 s at least; 95% use allows a little over 21.
        Assert.InRange(ends.Max(), 20, 21.1);
        Assert.DoesNotContain(await portal.JournalAsync(), call => call.Status == 429);
        Assert.True(ends[..100].Max() < ends[200..].Min(), "who came first was served first");
    }

    [Fact]
    public async Task Searches_and_associations_have_windows_of_their_own()
    {
        await using var portal = await EmulatedPortal.StartAsync(limits: LimitTier.Pro);
        var once = new RequestOptions { NoRepeat = true };
        await portal.Client.Account.GetDetailsAsync(once, Stop);
        var firm = await portal.Client.Companies.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["name"] = "F" }), once, Stop);
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => portal.Client.Contacts.CountAsync(new SearchQuery(), once, Stop)));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 2, 5);   // 12 searches at 5 a second
        Assert.Equal(2, portal.Client.Budget.TenSecondUsed);                              // and none of them in the other window
        // 190 calls are left in ten seconds, but only 150 for associations.
        started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 151).Select(_ => portal.Client.Associations.ListAsync(ObjectType.Companies, firm.Id, ObjectType.Contacts, once, Stop).CountAsync(Stop).AsTask()));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 9.5, 12);
        Assert.DoesNotContain(await portal.JournalAsync(), call => call.Status == 429);
    }

    [Fact]
    public async Task A_caller_who_gives_up_leaves_the_place_to_the_next()
    {
        var time = new FakeTimeProvider();
        using var budget = new RateBudget(new HubSpotClientOptions { Token = () => Token, TenSecondLimit = 1 }, time);
        var association = new HubSpotRequest("GET", "/crm/v4/objects/contacts/1/associations/orders");
        var held = await budget.EnterAsync(association, "", Stop);
        using var impatient = new CancellationTokenSource();
        var gone = budget.EnterAsync(association, "", impatient.Token).AsTask();
        var next = budget.EnterAsync(new HubSpotRequest("GET", "/x"), "", Stop).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        budget.Answered(held, null);
        time.Advance(TimeSpan.FromSeconds(10.1));
        await next.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_day_is_used_up_no_more_is_sent_until_it_may_have_changed(bool toldByHeader)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 20, 0, 0, TimeSpan.Zero));
        var daily = ScriptedHandler.Json(429, """{"status":"error","message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY"}""");
        var wire = new ScriptedHandler(
            ScriptedHandler.Json(200, """{"portalId":1,"utcOffsetMilliseconds":-18000000}"""),
            toldByHeader ? ScriptedHandler.Json(200, "{}", ("X-HubSpot-RateLimit-Daily", "250000"), ("X-HubSpot-RateLimit-Daily-Remaining", "0")) : daily,
            ScriptedHandler.Json(200, "{}"));
        using var client = new HubSpotClient(new HubSpotClientOptions { Token = () => Token }, wire, time);
        await client.Account.GetDetailsAsync(cancellationToken: Stop);
        var call = new HubSpotRequest("GET", "/x");
        if (toldByHeader) await client.SendAsync(call, cancellationToken: Stop);
        else Assert.Equal(HubSpotErrorKind.RateLimited, (await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(call, cancellationToken: Stop))).Kind);
        for (var i = 0; i < 3; i++)
        {
            var refusal = await Assert.ThrowsAsync<HubSpotException>(() => client.SendAsync(call, cancellationToken: Stop));
            Assert.Equal(HubSpotErrorKind.RateLimited, refusal.Kind);
            Assert.Equal("DAILY", refusal.PolicyName);
            Assert.Equal(0, refusal.Attempts);
            Assert.False(refusal.IsTransient);
            Assert.Equal(new DateTimeOffset(2026, 11, 26, 5, 0, 0, TimeSpan.Zero), refusal.ResetsAt);   // midnight in the account's zone
        }
        Assert.Equal(2, wire.Asked.Count);
        time.Advance(TimeSpan.FromMinutes(1));
        await client.SendAsync(call, cancellationToken: Stop);
        Assert.Equal(3, wire.Asked.Count);
    }
}
