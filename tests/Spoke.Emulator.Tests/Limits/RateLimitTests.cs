using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.Emulator.Tests.Limits;

public sealed class RateLimitTests
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    private Task<EmulatorClient> StartAsync(LimitTier tier) => EmulatorClient.StartAsync(new EmulatorOptions { Limits = tier, TimeProvider = _time });

    [Theory]
    [InlineData(LimitTier.Starter, 100, 250_000)]
    [InlineData(LimitTier.Pro, 190, 625_000)]
    [InlineData(LimitTier.Enterprise, 190, 1_000_000)]
    public async Task Burst_is_a_rolling_window_told_in_the_headers(LimitTier tier, int most, int daily)
    {
        await using var emulator = await StartAsync(tier);
        for (var i = 1; i <= most; i++)
        {
            if (i == 11) _time.Advance(TimeSpan.FromSeconds(4));   // ten calls, then the rest four seconds later
            var reply = (await emulator.SendAsync("GET", Contacts)).Expect(200);
            Assert.Equal(Text(most), reply.Header("X-HubSpot-RateLimit-Max"));
            Assert.Equal(Text(most - i), reply.Header("X-HubSpot-RateLimit-Remaining"));
            Assert.Equal("10000", reply.Header("X-HubSpot-RateLimit-Interval-Milliseconds"));
            Assert.Equal(Text(daily), reply.Header("X-HubSpot-RateLimit-Daily"));
            Assert.Equal(Text(daily - i), reply.Header("X-HubSpot-RateLimit-Daily-Remaining"));
        }
        var refused = (await emulator.SendAsync("GET", Contacts)).Expect(429);
        var id = refused.Json.GetProperty("correlationId").GetString();
        Assert.Equal($$"""{"status":"error","message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","correlationId":"{{id}}","policyName":"TEN_SECONDLY_ROLLING","groupName":"publicapi:private_app-api-calls-ten-secondly:1000001:2000001"}""", refused.Text);
        Assert.Equal("0", refused.Header("X-HubSpot-RateLimit-Remaining"));
        _time.Advance(TimeSpan.FromMilliseconds(5_999));
        (await emulator.SendAsync("GET", Contacts)).Expect(429);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 10; i++) (await emulator.SendAsync("GET", Contacts)).Expect(200);
        (await emulator.SendAsync("GET", Contacts)).Expect(429);
    }

    [Fact]
    public async Task A_burst_of_ones_own_takes_the_place_of_the_tiers()
    {
        await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { CallsInTenSeconds = 3, TimeProvider = _time });
        for (var i = 1; i <= 3; i++)
        {
            var reply = (await emulator.SendAsync("GET", Contacts)).Expect(200);
            Assert.Equal(("3", Text(3 - i)), (reply.Header("X-HubSpot-RateLimit-Max"), reply.Header("X-HubSpot-RateLimit-Remaining")));
        }
        (await emulator.SendAsync("GET", Contacts)).Expect(429);
        Assert.Throws<ArgumentException>(() => new EmulatorOptions { CallsInTenSeconds = 0 }.Validate());
    }

    [Fact]
    public async Task Each_token_is_an_app_with_a_burst_of_its_own_and_the_day_is_the_accounts()
    {
        await using var emulator = await StartAsync(LimitTier.Starter);
        var (one, two) = (await emulator.TokenAsync(), await emulator.TokenAsync());
        for (var i = 0; i < 100; i++) (await emulator.SendAsync("GET", Contacts, null, one)).Expect(200);
        (await emulator.SendAsync("GET", Contacts, null, one)).Expect(429);
        var other = (await emulator.SendAsync("GET", Contacts, null, two)).Expect(200);
        Assert.Equal("99", other.Header("X-HubSpot-RateLimit-Remaining"));
        Assert.Equal("249899", other.Header("X-HubSpot-RateLimit-Daily-Remaining"));
        var same = await emulator.TokenAsync("""{"appId":777}""");
        (await emulator.SendAsync("GET", Contacts, null, same)).Expect(200);
        Assert.Equal("98", (await emulator.SendAsync("GET", Contacts, null, await emulator.TokenAsync("""{"appId":777}"""))).Header("X-HubSpot-RateLimit-Remaining"));
    }

    [Fact]
    public async Task OAuth_tokens_have_110_and_no_day()
    {
        await using var emulator = await StartAsync(LimitTier.Pro);
        var token = await emulator.TokenAsync("""{"kind":"oauth"}""");
        var reply = (await emulator.SendAsync("GET", Contacts, null, token)).Expect(200);
        Assert.Equal("110", reply.Header("X-HubSpot-RateLimit-Max"));
        Assert.Null(reply.Header("X-HubSpot-RateLimit-Daily"));
        for (var i = 1; i < 110; i++) (await emulator.SendAsync("GET", Contacts, null, token)).Expect(200);
        (await emulator.SendAsync("GET", Contacts, null, token)).Expect(429);
        Assert.Equal(0, (await UsageAsync(emulator)).GetProperty("currentUsage").GetInt64() - 1);
    }

    [Fact]
    public async Task Search_has_five_a_second_for_the_whole_account_and_no_headers()
    {
        await using var emulator = await StartAsync(LimitTier.Pro);
        var other = await emulator.TokenAsync();
        for (var i = 0; i < 5; i++)
        {
            var reply = (await emulator.SendAsync("POST", $"/crm/v3/objects/{(i % 2 == 0 ? "contacts" : "orders")}/search", "{}", other)).Expect(200);
            Assert.Null(reply.Header("X-HubSpot-RateLimit-Max"));
        }
        var refused = (await emulator.SendAsync("POST", "/crm/objects/2026-09/companies/search", "{}")).Expect(429);
        Assert.Equal("SECONDLY", refused.Json.GetProperty("policyName").GetString());
        Assert.Equal("You have reached your secondly limit.", refused.Json.GetProperty("message").GetString());
        Assert.Null(refused.Header("X-HubSpot-RateLimit-Max"));
        Assert.Equal("189", (await emulator.SendAsync("GET", Contacts)).Header("X-HubSpot-RateLimit-Remaining"));
        _time.Advance(TimeSpan.FromSeconds(1));
        (await emulator.SendAsync("POST", "/crm/objects/2026-09/companies/search", "{}")).Expect(200);
    }

    [Theory]
    [InlineData(LimitTier.Starter, 100)]
    [InlineData(LimitTier.Pro, 150)]
    public async Task Associations_have_a_burst_of_the_account(LimitTier tier, int most)
    {
        await using var emulator = await StartAsync(tier);
        var (one, two) = (await emulator.TokenAsync(), await emulator.TokenAsync());
        const string labels = "/crm/v4/associations/contacts/companies/labels";
        for (var i = 0; i < most; i++) (await emulator.SendAsync("GET", labels, null, i % 2 == 0 ? one : two)).Expect(200);
        (await emulator.SendAsync("GET", labels, null, one)).Expect(429);
        (await emulator.SendAsync("GET", Contacts, null, one)).Expect(200);
    }

    [Fact]
    public async Task Day_ends_at_midnight_of_the_accounts_zone()
    {
        await using var emulator = await StartAsync(LimitTier.Pro);
        (await emulator.SendAsync("GET", Contacts)).Expect(200);
        var usage = await UsageAsync(emulator);
        Assert.Equal(2, usage.GetProperty("currentUsage").GetInt64());
        Assert.Equal("2026-07-02T04:00:00Z", usage.GetProperty("resetsAt").GetString());   // summer time: four hours behind
        await emulator.ControlAsync("POST", "clock", """{"set":"2026-07-02T03:59:59Z"}""");
        Assert.Equal(3, (await UsageAsync(emulator)).GetProperty("currentUsage").GetInt64());
        await emulator.ControlAsync("POST", "clock", """{"set":"2026-07-02T04:00:00Z"}""");
        Assert.Equal(1, (await UsageAsync(emulator)).GetProperty("currentUsage").GetInt64());
        var details = (await emulator.SendAsync("GET", "/account-info/v3/details")).Json;
        Assert.Equal(("US/Eastern", "-04:00", -14_400_000), (details.GetProperty("timeZone").GetString(), details.GetProperty("utcOffset").GetString(), details.GetProperty("utcOffsetMilliseconds").GetInt32()));
    }

    [Fact]
    public async Task Off_means_no_limit_and_no_headers()
    {
        await using var emulator = await StartAsync(LimitTier.Off);
        for (var i = 0; i < 300; i++) Assert.Null((await emulator.SendAsync("GET", Contacts)).Expect(200).Header("X-HubSpot-RateLimit-Max"));
    }

    private static async Task<System.Text.Json.JsonElement> UsageAsync(EmulatorClient emulator) =>
        (await emulator.SendAsync("GET", "/account-info/2026-03/api-usage/daily/private-apps")).Expect(200).Json.GetProperty("results")[0];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
