namespace Spoke.Emulator.Account;

/// <summary>What is true of a portal as a whole, apart from what is in it.</summary>
internal sealed record AccountFacts(long HubId)
{
    public static IReadOnlyList<string> Types { get; } = ["STANDARD", "DEVELOPER_TEST", "SANDBOX", "APP_DEVELOPER"];

    public static IReadOnlyList<string> Hublets { get; } = ["na1", "eu1"];

    public string Name { get; init; } = "Portal";

    /// <summary>One of <see cref="Types"/>.</summary>
    public string AccountType { get; init; } = "DEVELOPER_TEST";

    /// <summary>The data centre, or the one it is being moved away from; ask <see cref="HubletAt"/>.</summary>
    public string Hublet { get; init; } = "na1";
    public AccountZone Zone { get; init; } = AccountZone.Eastern;
    public string Currency { get; init; } = "EUR";
    public IReadOnlyList<string> AdditionalCurrencies { get; init; } = [];
    /// <summary>The limits that count here.</summary>
    public LimitTier Tier { get; init; } = LimitTier.Pro;

    /// <summary>Limits of its own; null: those the emulator was started with.</summary>
    public LimitTier? OwnTier { get; init; }

    /// <summary>Scopes its subscription does not include: an app that requires one cannot be connected, an optional one is left out.</summary>
    public IReadOnlySet<string> ScopesWithheld { get; init; } = new HashSet<string>();

    /// <summary>Suspended or closed: its credentials are known, but open nothing.</summary>
    public bool Inactive { get; init; }

    /// <summary>The data centre it is being moved to, or was moved to.</summary>
    public string? MovesTo { get; init; }

    /// <summary>When the move is over, in unix milliseconds.</summary>
    public long MovesAtMs { get; init; }

    public string HubletAt(DateTimeOffset at) => MovesTo is { } to && at.ToUnixTimeMilliseconds() >= MovesAtMs ? to : Hublet;

    /// <summary>How long a move that is under way still takes; null: none is.</summary>
    public TimeSpan? MovingFor(DateTimeOffset at)
    {
        var left = MovesAtMs - at.ToUnixTimeMilliseconds();
        return MovesTo is not null && left > 0 ? TimeSpan.FromMilliseconds(left) : null;
    }

    public string Domain => $"portal-{HubId}.example";

    public string UiDomainAt(DateTimeOffset at) => HubletAt(at) is "na1" ? "app.hubspot.com" : $"app-{HubletAt(at)}.hubspot.com";
}
