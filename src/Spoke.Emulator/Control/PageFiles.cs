using System.Reflection;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>The page at <c>/</c>: embedded files, nothing from elsewhere.</summary>
internal static class PageFiles
{
    // Only what the page itself brings may run in it.
    private static readonly KeyValuePair<string, string>[] Headers =
        [new("content-security-policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"), new("x-content-type-options", "nosniff"), new("cache-control", "no-cache")];

    private static readonly EmulatorReply Html = Read("page.html", "text/html;charset=utf-8");
    private static readonly EmulatorReply Style = Read("page.css", "text/css;charset=utf-8");

    private static readonly Dictionary<string, EmulatorReply> Scripts = ((string[])["page", "dom", "records", "requests", "faults", "tokens", "account", "webhooks", "outbox", "apps", "portals", "automation", "views"])
        .ToDictionary(name => $"/_emulator/{name}.js", name => Read(name + ".js", "text/javascript;charset=utf-8"), StringComparer.Ordinal);
    private static readonly EmulatorReply Healthy = new(200, "ok\n"u8.ToArray(), "text/plain");

    public static EmulatorReply? Find(string path) => path switch
    {
        "/" => Html,
        "/_emulator/page.css" => Style,
        "/favicon.ico" => EmulatorReply.NoContent,
        "/health/live" or "/health/ready" => Healthy,
        _ => Scripts.GetValueOrDefault(path),
    };

    private static EmulatorReply Read(string name, string type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return new EmulatorReply(200, memory.ToArray(), type) { Headers = Headers };
    }
}
