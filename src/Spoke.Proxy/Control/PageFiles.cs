using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace Spoke.Proxy.Control;

/// <summary>The page at <c>/_proxy/</c>: three embedded files without anything secret in them.</summary>
internal static class PageFiles
{
    private static readonly Dictionary<string, (byte[] Bytes, string Type)> s_files = new(StringComparer.Ordinal)
    {
        ["/_proxy/"] = (Read("page.html"), "text/html; charset=utf-8"),
        ["/_proxy/page.js"] = (Read("page.js"), "text/javascript; charset=utf-8"),
        ["/_proxy/page.css"] = (Read("page.css"), "text/css; charset=utf-8"),
    };

    public static async Task<bool> TryWriteAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method)) return false;
        var path = context.Request.Path.Value!;
        if (path == "/_proxy")
        {
            context.Response.Redirect("/_proxy/");
            return true;
        }
        if (!s_files.TryGetValue(path, out var file)) return false;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-cache";
        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Bytes.Length;
        await context.Response.Body.WriteAsync(file.Bytes, context.RequestAborted).ConfigureAwait(false);
        return true;
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
