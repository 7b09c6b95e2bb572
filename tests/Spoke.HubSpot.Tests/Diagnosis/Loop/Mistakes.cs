using static Spoke.HubSpot.Tests.Diagnosis.Example;

namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>One mistake or more for each cause that a client can make or meet.</summary>
internal static class Mistakes
{
    public const string Minted = "«minted»";

    /// <summary>Stands in a path for a number that no other mistake has, so that a fault meets this one only.</summary>
    public const string Number = "«number»";
    private const string Client = "00000000-0000-4000-8000-00000000c11d";
    private const string Secret = "00000000-0000-4000-8000-0000005ec2e7";
    private const string Contacts = "/crm/v3/objects/contacts";

    public static IReadOnlyList<Mistake> All { get; } = [.. Alone, .. Stories.All];

    /// <summary>Those that one call shows.</summary>
    private static IEnumerable<Mistake> Alone =>
    [
        new("H01", "GET", Contacts),
        With("H02", Pat),
        With("H03", "Bearer: " + Pat),
        With("H04", "Token " + Pat),
        With("H05", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("user:" + Pat))),
        With("H06", "Bearer Bearer " + Pat),
        With("H07", "Bearer\t" + Pat),
        With("H08", "Bearer " + Pat + "\n"),
        With("H09", $"Bearer \"{Pat}\""),
        With("H10", "Bearer " + Pat.Replace("-", "–", StringComparison.Ordinal)),
        With("H11", "Bearer \u200B" + Pat),
        With("H12", "Bearer " + Pat[..^1] + "\u0430"),
        new("H13", "GET", Contacts, ("authorization", "bearer " + Minted)) { Token = new { kind = "private-app" }, Shows = Shown.Innocent },
        new("H14", "GET", Contacts, ("Authorization", "Bearer " + Pat), ("Authorization", "Bearer " + Pat)),
        new("H15", "GET", Contacts, ("X-API-Key", Pat)),
        With("H16", "Bearer " + Pat[..20] + " " + Pat[20..]),
        With("H17", "Bearer " + Pat.Replace("-", "%2D", StringComparison.Ordinal)),
        With("H18", "Bearer " + Pat[..30]),
        With("H19", "Bearer pat-na1-********-****-****-****-************"),
        With("V01", "Bearer YOUR_ACCESS_TOKEN"),
        With("V02", "Bearer access-token"),
        With("V03", "Bearer {{token}}"),
        With("V04", "Bearer $HUBSPOT_TOKEN"),
        With("V05", "Bearer {token}"),
        With("V06", "Bearer undefined"),
        With("V06", "Bearer None"),
        With("V08", "Bearer op://shop/hubspot/token"),
        With("V09", $"Bearer {{\"access_token\":\"{Pat}\"}}"),
        new("K01", "GET", $"{Contacts}?hapikey={Uuid}"),
        With("K02", "Bearer " + Uuid),
        new("K03", "GET", $"{Contacts}?hapikey={Pat}"),
        new("K04", "GET", $"{Contacts}?access_token={Pat}"),
        With("K05", "Bearer " + RegionUuid),
        With("K06", "Bearer CiRuYTEtMWIyYy0zZDRlLTVmNjAtNGE3Yi04YzlkMGUxZjJhM2I0YzVkEAEYAg"),
        With("K10", "Bearer ghp_0123456789abcdefghijklmnopqrstuvwxyz"),
        With("K11", "Bearer " + Jwt("""{"portalId":62515,"email":"a@example.com","type":"visitor"}""")),
        With("K12", "Bearer 48154321"),
        new("K14", "GET", "/api/crm-search/search/" + Number, ("Host", "app.hubspot.com"), ("Cookie", "hubspotapi=0a1b2c3d4e5f60718293; __cf_bm=0a1b2c3d4e5f")) { Plays = "/api/crm-search/search/" + Number },
        With("X01", "Bearer " + Minted) with { Token = new { kind = "oauth", state = "expired" } },
        Played("X02"),
        Played("X03"),
        Token("X05", "grant_type=refresh_token&refresh_token=na1-0000-1111-2222-3333-444444444444&client_id=" + Client + "&client_secret=" + Secret),
        Token("X06", "grant_type=authorization_code&code=na1-5555-6666-7777-8888-999999999999&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&client_id=" + Client + "&client_secret=" + Secret),
        new("X08", "POST", "/oauth/2026-09/token", ("Content-Type", "application/json")) { Body = $$"""{"grant_type":"refresh_token","refresh_token":"na1-0000-1111-2222-3333-444444444444","client_id":"{{Client}}"}""" },
        With("X10", "Bearer " + Minted) with { Token = new { kind = "private-app", state = "rotated" } },
        With("X09", "Bearer " + Minted) with { Token = new { kind = "oauth", state = "revoked" } },
        With("X11", "Bearer " + Minted) with { Token = new { kind = "private-app", state = "revoked" }, Shows = Shown.OneOfSeveral },
        With("X14", "Bearer " + Minted) with { Token = new { kind = "private-app", state = "inactive" } },
        With("X15", "Bearer " + Minted) with { Token = new { kind = "private-app", state = "moved" } },
        With("P01", "Bearer " + Minted) with { Token = new { kind = "private-app", scopes = "oauth" } },
        Played("X12"),
        Played("P04"),
        Played("P05"),
        Played("P06"),
        new("P07", "GET", "/media-bridge/2026-09/123/schemas", ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" } },
        new("P08", "GET", "/webhooks/v3/123/subscriptions", ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" } },
        new("P12", "GET", $"/crm/v3/exports/export/async/tasks/{Number}/status", ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" }, Plays = $"/crm/v3/exports/export/async/tasks/{Number}/status" },
        new("R01", "GET", "http://api.hubapi.invalid/crm/v3/objects/contacts", ("Authorization", "Bearer " + Pat)),
        new("R01", "GET", Contacts, ("Host", "api-eu1.hubapi.com"), ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" } },
        Played("R02") with { StandsFor = "http://api.hubapi.com" },
        Played("R04"),
        Played("R05"),
        Played("R06"),
        new("R07", "OPTIONS", Contacts, ("Origin", "https://shop.example.com"), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "authorization")),
        new("R08", "POST", Contacts + "/search", ("Content-Type", "application/json")) { Body = $$$"""{"headers":{"Authorization":"Bearer {{{Pat}}}"}}""" },
        new("R09", "GET", "/crm/v3/no/such/path", ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" } },
        new("R10", "GET", $"{Contacts}/{Number}/", ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" }, Plays = $"{Contacts}/{Number}/" },
        new("R11", "GET", Contacts + "/batch/read", ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" } },
        new("R13", "GET", $"/analytics/v2/reports/sources/total/{Number}", ("Authorization", "Bearer " + Minted)) { Token = new { kind = "private-app" }, Plays = $"/analytics/v2/reports/sources/total/{Number}", IsAnswered = true },
        Played("R14"),
        // The stand-in keeps its own address: that it is one is what shows.
        With("R16", "Bearer anything-goes") with { Path = $"{Contacts}/{Number}", Plays = $"{Contacts}/{Number}", StandsFor = "", IsAnswered = true },
    ];

    private static string Jwt(string claims) => $"{Base64("""{"alg":"HS256","typ":"JWT"}""").TrimEnd('=')}.{Base64(claims).TrimEnd('=')}.c2lnbmF0dXJl";

    private static Mistake Token(string cause, string form) => new(cause, "POST", "/oauth/2026-09/token", ("Content-Type", "application/x-www-form-urlencoded")) { Body = form };

    private static Mistake With(string cause, string authorization) => new(cause, "GET", Contacts, ("Authorization", authorization));

    private static Mistake Played(string cause) => With(cause, "Bearer " + Minted) with { Path = $"{Contacts}/{Number}", Plays = $"{Contacts}/{Number}", Token = new { kind = "private-app" } };
}
