using System.Collections;
using Spoke.Commands;

namespace Spoke.EndToEnd.Tests;

/// <summary>What a crash shows: an exception of anybody's may carry anything.</summary>
public sealed class ShownTextTests
{
    [Theory]
    [InlineData("pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "5f60-4a7b")]
    [InlineData("na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "5f60-4a7b")]
    [InlineData("CJSP5qf1KhICAQEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2-qYAGQsF4", "AQEYs-gDII")]
    [InlineData("a word of no shape that is a password", "of no shape")]
    public void A_secret_in_an_exception_is_not_shown(string secret, string canary)
    {
        var crash = new InvalidOperationException($"could not use '{secret}'", new ArgumentException("value: " + secret));
        var shown = ShownText.Of(crash.ToString(), new Hashtable { ["SHOP_PASSWORD"] = secret + "\n", ["PATH"] = "/bin" });
        Assert.DoesNotContain(canary, shown);
        Assert.Contains("could not use", shown);
        Assert.DoesNotContain(canary, ShownText.Of(crash.ToString(), new Hashtable { ["MY_SECRET"] = secret }));
    }
}
