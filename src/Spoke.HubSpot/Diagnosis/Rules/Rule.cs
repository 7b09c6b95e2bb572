namespace Spoke.HubSpot;

/// <summary>What must be visible for a rule to say yes or no.</summary>
internal enum Sight { Request, Header, Token, Address, Program, Answer }

/// <summary>One cause and how a shown request is searched for it.</summary>
internal sealed record Rule(string Cause, Sight Needs, Func<ShownRequest, DateTimeOffset, IEnumerable<Sighting>> Look)
{
    public Rule(string cause, Sight needs, Func<ShownRequest, IEnumerable<Sighting>> look) : this(cause, needs, (request, _) => look(request)) { }

    /// <summary>When it finds nothing, the cause is ruled out.</summary>
    public bool CanTell(ShownRequest request) => Needs switch
    {
        Sight.Header => request.Credential.Header is not null,
        Sight.Token => request.Credential.IsVisible,
        Sight.Address => request.Url is not null && !request.Address.Host.HasFillings,
        Sight.Program => request.Dialect == Dialect.Program,
        Sight.Answer => request.Answer is { } answer && (answer.Status is not null || answer.Envelope is not null || answer.IsHtml),
        _ => true,
    };

    /// <summary>All rules. The order is the order in which equally sure findings are told: what makes others moot comes first.</summary>
    public static IReadOnlyList<Rule> All { get; } = [.. AddressRules.First, .. HeaderRules.All, .. ValueRules.All, .. CredentialRules.All, .. AddressRules.Last, .. AnswerRules.All];
}

/// <summary>How findings are put into words and places.</summary>
internal static class Seen
{
    public static Sighting In(ShownHeader header, string cause, Confidence confidence, LocatedText place, int column, string shows, string? fix = null) =>
        new(cause, confidence, place, "header " + Plain(header.Name.Text), shows) { ColumnInPart = column, Fix = fix };

    /// <summary>In the header's value, whose first character is column 1.</summary>
    public static Sighting InValue(ShownRequest request, string cause, Confidence confidence, LocatedText place, string shows, string? fix = null)
    {
        var header = request.Credential.Header!;
        var column = 1;
        for (var i = 0; i < header.Value.Length && header.Value.OffsetAt(i) != place.OffsetAt(0); i++)
            if (!char.IsLowSurrogate(header.Value.Text[i])) column++;
        return request.Dialect == Dialect.Fragment && request.Name is { } variable
            ? new Sighting(cause, confidence, place, "variable " + variable, shows) { ColumnInPart = Math.Max(1, column - 7), Fix = fix }
            : In(header, cause, confidence, place, column, shows, fix);
    }

    public static Sighting InAddress(ShownRequest request, string cause, Confidence confidence, LocatedText place, string shows, string? fix = null)
    {
        var column = 1;
        for (var i = 0; request.Url is { } url && i < url.Length && url.OffsetAt(i) != place.OffsetAt(0); i++) column++;
        return new Sighting(cause, confidence, place, "address", shows) { ColumnInPart = column, Fix = fix };
    }

    public static Sighting InAnswer(ShownRequest request, string cause, Confidence confidence, string shows, string? fix = null) =>
        new(cause, confidence, request.Answer!.Place, "answer", shows) { Fix = fix };

    private static string Plain(string name) => name.Trim().Length is > 0 and < 40 ? name.Trim() : "Authorization";
}
