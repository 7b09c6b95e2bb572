namespace Spoke.HubSpot;

/// <summary>What the doctor is to find out about a live portal beyond whether its token works.</summary>
public sealed record LiveQuestions
{
    /// <summary>For each need the scopes of which any one will do; empty: scopes are counted only.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Needs { get; init; } = [];

    /// <summary>The grant that the token comes from: its app is asked which scopes an OAuth token has. Null: nobody can be asked, and an OAuth token's scopes stay unknown.</summary>
    public OAuthCredential? Grant { get; init; }

    /// <summary>The hub id the token should belong to; null: any.</summary>
    public long? PortalId { get; init; }

    /// <summary>A path, with its query, that is asked for by one GET: does it take this kind of credential, and is the scope there? Null: none.</summary>
    public string? Path { get; init; }
}
