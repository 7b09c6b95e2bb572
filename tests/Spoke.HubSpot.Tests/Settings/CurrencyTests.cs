namespace Spoke.HubSpot.Tests.Settings;

public sealed class CurrencyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task Rates_are_set_corrected_and_read(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var currencies = portal.Client.Currencies;
        Assert.Contains(new Currency("CHF", "Swiss Franc"), await currencies.ListCodesAsync(cancellationToken: Stop).ToListAsync(Stop));
        var own = await currencies.GetCompanyCurrencyAsync(cancellationToken: Stop);
        var made = await currencies.CreateRateAsync("CHF", 1.12345m, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), cancellationToken: Stop);
        Assert.Equal(("CHF", own, 1.12345m), (made.From, made.To, made.Rate));
        var corrected = await currencies.UpdateRateAsync(made.Id, 1.2m, cancellationToken: Stop);
        Assert.Equal((1.2m, made.EffectiveAt), (corrected.Rate, corrected.EffectiveAt));
        Assert.Equal(corrected, await currencies.GetRateAsync(made.Id, cancellationToken: Stop));
        Assert.Equal([corrected], await currencies.ListCurrentRatesAsync(cancellationToken: Stop).ToListAsync(Stop));
        for (var day = 1; day <= 101; day++) await currencies.CreateRateAsync("GBP", 1.3m, made.EffectiveAt.AddDays(day), cancellationToken: Stop);
        Assert.Equal(101, (await currencies.ListRatesAsync("GBP", cancellationToken: Stop).ToListAsync(Stop)).Count);
        Assert.Equal("SEK", await currencies.SetCompanyCurrencyAsync("SEK", cancellationToken: Stop));
    }

    [Fact]
    public async Task What_cannot_be_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var currencies = portal.Client.Currencies;
        Assert.Null(await currencies.GetRateAsync("1", cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(() => currencies.CreateRateAsync("XYZ", 1, cancellationToken: Stop))).Kind);
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(() => currencies.CreateRateAsync("CHF", 0, cancellationToken: Stop))).Kind);
    }
}
