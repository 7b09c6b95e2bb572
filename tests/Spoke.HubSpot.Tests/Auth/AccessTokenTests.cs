namespace Spoke.HubSpot.Tests.Auth;

public sealed class AccessTokenTests
{
    private const string Good = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";

    [Theory]
    [InlineData("pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "na1")]
    [InlineData("pat-eu1-1B2C3D4E-5f60-4a7b-8c9d-0e1f2a3b4c5d", "eu1")]
    public void A_private_app_token_is_recognised_with_its_region(string text, string region)
    {
        var token = AccessToken.Parse(text);
        Assert.Equal(CredentialKind.PrivateApp, token.Kind);
        Assert.Equal(region, token.Region);
        Assert.False(token.WasTrimmed);
    }

    [Fact]
    public void An_OAuth_token_is_recognised() =>
        Assert.Equal(CredentialKind.OAuth, AccessToken.Parse("CJSP5qf1KhICAQEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2-qYAGQsF4").Kind);

    [Theory]
    [InlineData(Good + "\n")]
    [InlineData(" " + Good + "\r\n")]
    public void White_space_around_a_token_is_taken_off_and_told(string text)
    {
        var token = AccessToken.Parse(text);
        Assert.True(token.WasTrimmed);
        Assert.Equal("Bearer " + Good, token.HeaderValue);
    }

    [Theory]
    [InlineData("", "V06")]
    [InlineData("None", "V06")]
    [InlineData("Bearer", "V06")]
    [InlineData("Bearer: " + Good, "H03")]
    [InlineData("Token " + Good, "H04")]
    [InlineData("Basic dXNlcjpwYXQ=", "H05")]
    [InlineData("Bearer " + Good, "H06")]
    [InlineData("\"" + Good + "\"", "H09")]
    [InlineData("pat\u2013na1\u20131b2c3d4e", "H10")]
    [InlineData("\uFEFF" + Good, "H11")]
    [InlineData("p\u0430t-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "H12")]
    [InlineData("pat-na1-1b2c3d4e-5f6O-4a7b-8c9d-0e1f2a3b4c5d", "H12")]
    [InlineData("pat-na1-1b2c3d4e-5f60\n-4a7b-8c9d-0e1f2a3b4c5d", "H16")]
    [InlineData("pat%2Dna1%2D1b2c3d4e", "H17")]
    [InlineData("pat-na1-1b2c3d4e-5f60-4a7b-8c9d", "H18")]
    [InlineData("pat-na1-****0001", "H19")]
    [InlineData("pat-na1-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "V01")]
    [InlineData("YOUR_ACCESS_TOKEN", "V01")]
    [InlineData("access-token", "V02")]
    [InlineData("{{hubspot_token}}", "V03")]
    [InlineData("$HUBSPOT_TOKEN", "V04")]
    [InlineData("{token}", "V05")]
    [InlineData("op://vault/hubspot/token", "V08")]
    [InlineData("{\"access_token\":\"x\"}", "V09")]
    [InlineData("1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "K02")]
    [InlineData("eu1-1b2c-5f60-4a7b-8c9d-0e1f2a3b4c5d", "K05")]
    [InlineData("na1-85ac-4dc9-8dd2-d45c6b8bfc81", "K05")]
    [InlineData("CiRuYTEtMWIyYy0zZDRlLTVmNjAtNGE3Yi04YzlkMGUxZjJhM2I0YzVkEAEYAg", "K06")]
    [InlineData("ghp_1b2c3d4e5f604a7b8c9d0e1f2a3b4c5d", "K10")]
    [InlineData("62515", "K12")]
    public void What_cannot_be_a_token_is_refused_with_its_cause(string text, string cause)
    {
        var refusal = Assert.Throws<HubSpotException>(() => AccessToken.Parse(text));
        Assert.Equal(HubSpotErrorKind.TokenInvalid, refusal.Kind);
        Assert.Equal(cause, refusal.Cause);
        Assert.False(string.IsNullOrWhiteSpace(refusal.Fix));
        Assert.DoesNotContain("5f60-4a7b", refusal.ToString());
    }

    [Fact]
    public void A_token_never_prints_itself()
    {
        var token = AccessToken.Parse(Good);
        Assert.DoesNotContain("5f60", $"{token} {token.Masked}");
    }
}
