namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>Mistakes that only several calls show: what a credential was given for, what else it opens, who else holds one.</summary>
internal static class Stories
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private const string Callback = "http%3A%2F%2F127.0.0.1%2Fcb";
    private const string App = "client_id=«clientId»&client_secret=«clientSecret»";
    private static readonly object s_ownApp = new { kind = "oauth", ownApp = true, scopes = "oauth" };

    private static readonly (string, string) s_library = ("User-Agent", "hubspot-api-client-nodejs; 12.0.1");

    public static IReadOnlyList<Mistake> All { get; } =
    [
        new("K07", Refresh("«refreshToken»"), Get(Contacts, "«refreshed»")) { Token = s_ownApp },
        new("K08", Refresh("«refreshToken»"), Get(Contacts, "«clientSecret»")) { Token = s_ownApp },
        new("K09", Approve("scope=oauth"), Exchange("&redirect_uri=" + Callback), Get(Contacts, "«code»")) { Token = s_ownApp },
        // The program goes on with the token that it did not get.
        new("X04", Refresh("na1-0000-1111-2222-3333-444444444444"), Get(Contacts, "«access»")) { Token = s_ownApp },
        new("X07", Approve("scope=oauth"), Exchange("&redirect_uri=" + Callback + "%2F")) { Token = s_ownApp },
        new("X13", new LoopCall("POST", Contacts, Bearer("«second»"), Json) { Body = Contact, Take = [("id", "id")] }, Get(Contacts + "/«id»", Mistakes.Minted))
        {
            Token = new { kind = "private-app", state = "other-portal" }, Second = new { kind = "private-app" }, Live = new LiveQuestions { PortalId = 1000001 },
        },
        // One process was given a new token, the other holds on to the old one.
        new("X16", Get(Contacts, Mistakes.Minted), Get(Contacts, "«second»"), Get(Contacts, Mistakes.Minted), Get(Contacts, "«second»"))
        {
            Token = new { kind = "oauth", state = "revoked" }, Second = new { kind = "oauth" },
        },
        // The link asks for more by now; the token is older.
        new("P02", new LoopCall("GET", Authorize("scope=oauth%20crm.objects.contacts.read"), ("Host", "app.hubspot.com")), Get(Contacts, Mistakes.Minted)) { Token = s_ownApp },
        new("P03", Get(Contacts, Mistakes.Minted), new LoopCall("POST", Contacts, Bearer(Mistakes.Minted), Json) { Body = Contact }) { Token = new { kind = "private-app", scopes = "oauth crm.objects.contacts.read" } },
        new("P09", Get(Contacts, Mistakes.Minted), Get($"{Contacts}/{Mistakes.Number}", Mistakes.Minted), Get(Contacts, Mistakes.Minted)) { Token = new { kind = "oauth" }, Plays = $"{Contacts}/{Mistakes.Number}" },
        new("P10", new LoopCall("POST", "/oauth/2026-09/token", Form) { Body = "grant_type=client_credentials&scope=developer.webhooks_journal.read&" + App, Take = [("access", "access_token")] }, Get(Contacts, "«access»")) { Token = s_ownApp },
        new("P11", new LoopCall("POST", Contacts, Bearer(Mistakes.Minted), Json) { Body = Contact, Take = [("id", "id")] }, Get(Contacts + "/«id»", Mistakes.Minted), Get($"{Contacts}/{Mistakes.Number}", Mistakes.Minted))
        {
            Token = new { kind = "private-app" }, Plays = $"{Contacts}/{Mistakes.Number}",
        },
        // Whoever installed the app left the optional scope out.
        new("P13", Approve("scope=oauth&optional_scope=crm.objects.deals.read"), Exchange("&redirect_uri=" + Callback), Get("/crm/v3/objects/deals", "«access»")) { Token = s_ownApp },
        new("P14", new LoopCall("GET", Contacts, Bearer(Mistakes.Minted), s_library), new LoopCall("GET", "/crm/v3/objects/deals", s_library)) { Token = new { kind = "private-app" } },
    ];

    private const string Contact = """{"properties":{"email":"c«number»@example.com"}}""";

    private static (string, string) Json => ("Content-Type", "application/json");

    private static (string, string) Form => ("Content-Type", "application/x-www-form-urlencoded");

    private static (string, string) Bearer(string token) => ("Authorization", "Bearer " + token);

    private static LoopCall Get(string path, string token) => new("GET", path, Bearer(token));

    private static string Authorize(string scopes) => $"/oauth/authorize?client_id=«clientId»&redirect_uri={Callback}&{scopes}";

    private static LoopCall Approve(string scopes) =>
        new("POST", Authorize(scopes), ("Host", "app.hubspot.com"), Form) { Body = "decision=approve&portal=1000001", Take = [("code", "code")] };

    private static LoopCall Exchange(string redirect) =>
        new("POST", "/oauth/2026-09/token", Form) { Body = $"grant_type=authorization_code&code=«code»{redirect}&{App}", Take = [("access", "access_token")] };

    private static LoopCall Refresh(string token) =>
        new("POST", "/oauth/2026-09/token", Form) { Body = $"grant_type=refresh_token&refresh_token={token}&{App}", Take = [("refreshed", "refresh_token"), ("access", "access_token")] };
}
