using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Spoke.Proxy.Tls;

namespace Spoke.Proxy.Tests;

/// <summary>TLS on both sides, with real certificates of an authority made for the test.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [InlineData("pem", "1.1")]
    [InlineData("pem", "2.0")]
    [InlineData("pem and key", "2.0")]
    [InlineData("pfx", "1.1")]
    [InlineData("pfx with password", "2.0")]
    public async Task Callers_speak_https_and_choose_the_version_of_http(string form, string version)
    {
        using var own = _certificates.Issue();
        var certificate = form switch
        {
            "pem" => ProxyCertificate.FromFile(_certificates.Pem(own)),
            "pem and key" => ProxyCertificate.FromFile(_certificates.Pem(own, withKey: false), _certificates.KeyPem(own)),
            "pfx" => ProxyCertificate.FromFile(_certificates.Pfx(own, null)),
            _ => ProxyCertificate.FromFile(_certificates.Pfx(own, "open sesame"), password: "open sesame"),
        };
        await using var scene = await ProxyScene.StartAsync(options => options.Certificate = certificate);
        Assert.Equal("https", scene.Proxy.BaseUrl.Scheme);
        using var http = Caller(version);
        using var answer = await http.GetAsync(new Uri(scene.Proxy.BaseUrl, "crm/v3/objects/contacts?limit=1"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Version.Parse(version), answer.Version);
    }

    [Fact]
    public async Task Links_lead_on_by_https()
    {
        using var own = _certificates.Issue();
        await using var scene = await ProxyScene.StartAsync(options => options.Certificate = new ProxyCertificate(own));
        using var http = Caller("2.0");
        http.BaseAddress = scene.Proxy.BaseUrl;
        for (var i = 0; i < 2; i++)
        {
            using var made = await http.PostAsync("/crm/v3/objects/contacts", new StringContent($$$"""{"properties":{"email":"c{{{i}}}@one.example"}}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        }
        var page = await http.GetStringAsync("/crm/v3/objects/contacts?limit=1", TestContext.Current.CancellationToken);
        var link = System.Text.Json.JsonDocument.Parse(page).RootElement.GetProperty("paging").GetProperty("next").GetProperty("link").GetString()!;
        Assert.StartsWith(scene.Proxy.BaseUrl.ToString(), link);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(link), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_portal_behind_tls_is_called_by_http2_once_its_authority_is_trusted()
    {
        using var own = _certificates.Issue();
        await using var portal = await PortalAsync(own);
        await using var trusting = await ScriptedPortal.ProxyAsync(new Uri(portal.Urls.First()), options => options.TrustedAuthorities = TrustedAuthorities.FromFile(_certificates.AuthorityFile));
        using var http = new HttpClient { BaseAddress = trusting.BaseUrl };
        Assert.Equal("HTTP/2", await http.GetStringAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken));
        var long1 = new string('x', 2 * 1024 * 1024);
        using var streamed = await http.PostAsync("/files/v3/files", new StringContent(long1), TestContext.Current.CancellationToken);
        Assert.Equal($"HTTP/2 {long1.Length}", await streamed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        await using var wary = await ScriptedPortal.ProxyAsync(new Uri(portal.Urls.First()));
        using var other = new HttpClient { BaseAddress = wary.BaseUrl };
        using var refused = await other.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.BadGateway, "UPSTREAM_UNREACHABLE"), (refused.StatusCode, refused.Headers.GetValues("Spoke-Cause").Single()));
    }

    [Theory]
    [InlineData("another.example", 10)]
    [InlineData(null, -1)]
    public async Task A_trusted_authority_does_not_make_up_for_a_wrong_name_or_an_end(string? host, int validDays)
    {
        using var own = _certificates.Issue(host, validDays);
        await using var portal = await PortalAsync(own);
        await using var proxy = await ScriptedPortal.ProxyAsync(new Uri(portal.Urls.First()), options => options.TrustedAuthorities = [_certificates.Authority]);
        using var http = new HttpClient { BaseAddress = proxy.BaseUrl };
        using var refused = await http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.BadGateway, "UPSTREAM_UNREACHABLE"), (refused.StatusCode, refused.Headers.GetValues("Spoke-Cause").Single()));
    }

    [Fact]
    public void Certificates_that_cannot_work_are_refused_with_the_reason()
    {
        using var own = _certificates.Issue();
        Assert.Contains("There is no file", Assert.Throws<ArgumentException>(() => ProxyCertificate.FromFile("/nowhere/one.pem")).Message);
        Assert.Contains("Check the password", Assert.Throws<ArgumentException>(() => ProxyCertificate.FromFile(_certificates.Pfx(own, "right"), password: "wrong")).Message);
        Assert.Contains("If it has a password", Assert.Throws<ArgumentException>(() => ProxyCertificate.FromFile(_certificates.Pfx(own, "right"))).Message);
        Assert.Contains("cannot be used", Assert.Throws<ArgumentException>(() => ProxyCertificate.FromFile(_certificates.Pem(own, withKey: false))).Message);
        Assert.Contains("cannot be used", Assert.Throws<ArgumentException>(() => ProxyCertificate.FromFile(_certificates.Write("text.pem", "no certificate"))).Message);
        Assert.Contains("no certificate in", Assert.Throws<ArgumentException>(() => TrustedAuthorities.FromFile(_certificates.Write("empty.pem", "nothing"))).Message);
        Assert.Contains("private key", Assert.Throws<ArgumentException>(() => new ProxyCertificate(X509CertificateLoader.LoadCertificate(own.RawData))).Message);
        using var ended = _certificates.Issue(validDays: -1);
        Assert.Contains("ended on", Assert.Throws<ArgumentException>(() => Options(ended).Validate()).Message);
        var both = Options(own);
        both.Http2Port = 0;
        Assert.Contains("HTTP/2", Assert.Throws<ArgumentException>(both.Validate).Message);
    }

    private static ProxyOptions Options(X509Certificate2 own) => new()
    {
        Certificate = new ProxyCertificate(own),
        Portals = [new ProxyPortal("main", new HubSpot.HubSpotClientOptions { Token = () => "pat-na1-00000000-0000-4000-8000-000000000001" })],
    };

    /// <summary>Checks what it is shown against the authority, as a caller would who was given it.</summary>
    private HttpClient Caller(string version) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _certificates.Authority }, RevocationMode = X509RevocationMode.NoCheck },
        },
    })
    {
        DefaultRequestVersion = Version.Parse(version),
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>Says by which protocol it was called, and how long the body was.</summary>
    private static async Task<WebApplication> PortalAsync(X509Certificate2 own)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(own);
        }));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.WriteAsync(context.Request.Protocol + (body.Length > 0 ? " " + body.Length : ""));
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
