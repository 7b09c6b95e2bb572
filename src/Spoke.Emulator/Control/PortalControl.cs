using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Makes, changes, moves and removes portals. Each has its own records, limits, journal and tokens, so tests may share one emulator.</summary>
internal sealed class PortalControl(PortalHost portal)
{
    public static bool Owns(string call) => call == "portals" || call.StartsWith("portals/", StringComparison.Ordinal);

    public async Task<EmulatorReply?> HandleAsync(string method, string call, JsonElement request) => (method, call.Split('/')) switch
    {
        ("GET", ["portals"]) => List(),
        ("POST", ["portals"]) => await AddAsync(request).ConfigureAwait(false),
        ("GET", ["portals", var hub]) => Show(Known(hub)),
        ("PATCH", ["portals", var hub]) => await ChangeAsync(Known(hub), request).ConfigureAwait(false),
        ("DELETE", ["portals", var hub]) => await RemoveAsync(Known(hub)).ConfigureAwait(false),
        ("POST", ["portals", var hub, "move"]) => await MoveAsync(Known(hub), request).ConfigureAwait(false),
        _ => null,
    };

    private async Task<EmulatorReply> AddAsync(JsonElement request)
    {
        var facts = With(portal.Accounts.Fresh(0), request);
        facts = facts with { HubId = portal.Accounts.NextHub() };
        if (request.Text("name") is null) facts = facts with { Name = $"Portal {facts.HubId}" };
        var token = TokenIssuer.AccountToken(facts.Hublet);
        portal.Tokens.Put(new TokenGrant(token, TokenKind.PrivateApp, TokenState.Active, new Caller(facts.HubId, portal.Tokens.NextPrivateApp(), TokenStore.User, portal.Tokens.AllScopes, token)) { Hublet = facts.Hublet, IsPortalsOwn = true });
        await portal.PutAsync(facts).ConfigureAwait(false);
        return Show(portal.Accounts.Find(facts.HubId)!, token) with { Status = 201 };
    }

    private async Task<EmulatorReply> ChangeAsync(AccountFacts facts, JsonElement request)
    {
        if (request.Text("hublet") is not null) throw new ArgumentException($"A portal changes its data centre by POST portals/{facts.HubId}/move.");
        await portal.PutAsync(With(facts, request)).ConfigureAwait(false);
        return Show(portal.Accounts.Find(facts.HubId)!);
    }

    /// <summary>For so many seconds calls are answered 477; after that tokens that name the old data centre are answered 488.</summary>
    private async Task<EmulatorReply> MoveAsync(AccountFacts facts, JsonElement request)
    {
        var now = portal.Clock.Now;
        var from = facts.HubletAt(now);
        var to = Hublet(request.Text("to") ?? throw new ArgumentException("Give the data centre to move to: {\"to\":\"eu1\",\"seconds\":60}."));
        if (to == from) throw new ArgumentException($"Portal {facts.HubId} is in {to} already.");
        var seconds = request.Int("seconds") ?? 0;
        if (seconds < 0) throw new ArgumentException("seconds is 0 or more.");
        await portal.PutAsync(facts with { Hublet = from, MovesTo = to, MovesAtMs = (now + TimeSpan.FromSeconds(seconds)).ToUnixTimeMilliseconds() }).ConfigureAwait(false);
        return Show(portal.Accounts.Find(facts.HubId)!);
    }

    private async Task<EmulatorReply> RemoveAsync(AccountFacts facts)
    {
        if (AccountList.IsBuiltIn(facts.HubId)) throw new ArgumentException($"Portal {facts.HubId} is there from the start and stays. POST reset?portal={facts.HubId} empties it.");
        await portal.RemoveAsync(facts.HubId).ConfigureAwait(false);
        return EmulatorReply.NoContent;
    }

    private AccountFacts Known(string hub) =>
        long.TryParse(hub, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && portal.Accounts.Find(id) is { } facts
            ? facts : throw new ArgumentException($"There is no portal '{hub}'. GET portals lists them.");

    private AccountFacts With(AccountFacts facts, JsonElement request)
    {
        var type = request.Text("accountType") ?? facts.AccountType;
        if (!AccountFacts.Types.Contains(type)) throw new ArgumentException($"accountType is {string.Join(", ", AccountFacts.Types)}, not '{type}'.");
        var currency = request.Text("currency") ?? facts.Currency;
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper)) throw new ArgumentException($"currency is an ISO 4217 code such as EUR, not '{currency}'.");
        return facts with
        {
            Name = request.Text("name") ?? facts.Name,
            AccountType = type,
            Hublet = Hublet(request.Text("hublet") ?? facts.Hublet),
            Zone = request.Text("timeZone") is { } zone ? AccountZone.Named(zone) : facts.Zone,
            Currency = currency,
            AdditionalCurrencies = request.TryGetProperty("additionalCurrencies", out _) ? request.Texts("additionalCurrencies") : facts.AdditionalCurrencies,
            OwnTier = request.Text("tier") is { } tier ? Tier(tier) : facts.OwnTier,
            ScopesWithheld = request.TryGetProperty("scopesWithheld", out _) ? request.Texts("scopesWithheld").ToHashSet(StringComparer.Ordinal) : facts.ScopesWithheld,
            Inactive = request.Bool("inactive") ?? facts.Inactive,
        };
    }

    private static string Hublet(string text) => AccountFacts.Hublets.Contains(text) ? text : throw new ArgumentException($"A data centre is {string.Join(" or ", AccountFacts.Hublets)}, not '{text}'.");

    private static LimitTier Tier(string text) => Enum.TryParse<LimitTier>(text, ignoreCase: true, out var tier) && Enum.IsDefined(tier)
        ? tier : throw new ArgumentException($"tier is off, starter, pro or enterprise, not '{text}'.");

    private EmulatorReply Show(AccountFacts facts, string? token = null) => OwnEndpoints.Json(json =>
    {
        if (token is not null) json.WriteString("token", token);
        Write(json, facts);
    });

    private EmulatorReply List() => OwnEndpoints.Json(json =>
    {
        json.WriteStartArray("portals");
        foreach (var facts in portal.Accounts.All)
        {
            json.WriteStartObject();
            Write(json, facts);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private void Write(Utf8JsonWriter json, AccountFacts facts)
    {
        var now = portal.Clock.Now;
        json.WriteNumber("hubId", facts.HubId);
        json.WriteString("name", facts.Name);
        json.WriteString("accountType", facts.AccountType);
        json.WriteString("hublet", facts.HubletAt(now));
        if (facts.MovingFor(now) is { } left)
        {
            json.WriteString("movingTo", facts.MovesTo);
            json.WriteNumber("movingForSeconds", Math.Ceiling(left.TotalSeconds));
        }
        json.WriteString("timeZone", facts.Zone.Name);
        json.WriteString("currency", facts.Currency);
        json.WriteStartArray("additionalCurrencies");
        foreach (var currency in facts.AdditionalCurrencies) json.WriteStringValue(currency);
        json.WriteEndArray();
        json.WriteString("tier", facts.Tier.ToString().ToLowerInvariant());
        json.WriteStartArray("scopesWithheld");
        foreach (var scope in facts.ScopesWithheld.Order(StringComparer.Ordinal)) json.WriteStringValue(scope);
        json.WriteEndArray();
        json.WriteBoolean("inactive", facts.Inactive);
        json.WriteNumber("tokens", portal.Tokens.All.Count(grant => grant.Caller.HubId == facts.HubId));
    }
}
