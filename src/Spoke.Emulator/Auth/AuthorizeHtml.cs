using System.Net;
using System.Text;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>The consent page, plain and usable with a keyboard and a screen reader, without scripts.</summary>
internal static class AuthorizeHtml
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}" +
        "fieldset{border:1px solid #8592a6;border-radius:6px;margin:0 0 1rem;padding:.5rem 1rem}label{display:block;padding:.15rem 0}" +
        "ul{margin:.25rem 0;padding-left:1.25rem}code{font-size:.95em}button{font:inherit;padding:.5rem 1.25rem;border-radius:6px;border:1px solid #1c4f8f;cursor:pointer}" +
        ".go{background:#1c4f8f;color:#fff}.no{background:#fff;color:#1c4f8f}.small{color:#4a566b;font-size:.9rem}";

    private static readonly KeyValuePair<string, string>[] Headers =
        [new("cache-control", "no-store"), new("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")];

    /// <summary>A link that leads nowhere, in HubSpot's words.</summary>
    public static EmulatorReply Trouble(string message) =>
        Page(400, "Couldn’t complete the connection", $"<h1>Couldn’t complete the connection</h1>\n<p role=\"alert\">{Text(message)}</p>\n") with { Why = message };

    /// <summary>The question. The form goes to the address of the page itself, whose query has everything the app asked for.</summary>
    public static EmulatorReply Ask(InstallLink link, IReadOnlyList<AccountFacts> portals, DateTimeOffset at)
    {
        var html = new StringBuilder();
        html.Append($"<h1>Connect {Text(link.App.Name)} to HubSpot</h1>\n<form method=\"post\">\n");
        html.Append("<fieldset><legend>Account</legend>\n");
        for (var i = 0; i < portals.Count; i++)
            html.Append($"<label><input type=\"radio\" name=\"portal\" value=\"{portals[i].HubId}\" required{(i == 0 ? " checked" : "")}> {Text(portals[i].Name)} <span class=\"small\">{portals[i].HubId}, {portals[i].AccountType}, {portals[i].HubletAt(at)}</span></label>\n");
        html.Append("</fieldset>\n<section aria-labelledby=\"asked\"><h2 id=\"asked\">This app will be able to</h2>\n<ul>\n");
        foreach (var scope in link.Scopes.Order(StringComparer.Ordinal)) html.Append($"<li><code>{Text(scope)}</code></li>\n");
        html.Append("</ul></section>\n");
        if (link.Optional.Count > 0)
        {
            html.Append("<fieldset><legend>It also asks for, where the account has it</legend>\n");
            foreach (var scope in link.Optional.Order(StringComparer.Ordinal))
                html.Append($"<label><input type=\"checkbox\" name=\"optional\" value=\"{Text(scope)}\" checked> <code>{Text(scope)}</code></label>\n");
            html.Append("</fieldset>\n");
        }
        html.Append($"<p class=\"small\">You will be sent to {Text(link.RedirectUri)}.</p>\n");
        html.Append("<button class=\"go\" name=\"decision\" value=\"approve\">Approve</button>\n<button class=\"no\" name=\"decision\" value=\"cancel\" formnovalidate>Cancel</button>\n</form>\n");
        return Page(200, $"Connect {link.App.Name}", html.ToString());
    }

    private static EmulatorReply Page(int status, string title, string main)
    {
        var page = $"<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(title)}</title><style>{Style}</style></head>\n<body><main>\n{main}</main></body>\n</html>\n";
        return new EmulatorReply(status, Encoding.UTF8.GetBytes(page), "text/html;charset=utf-8") { Headers = Headers };
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
