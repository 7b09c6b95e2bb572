namespace Spoke.Commerce.Connectors;

public enum PrivacyRequestKind
{
    /// <summary>Hand out all that is kept about a person.</summary>
    Export,

    /// <summary>Erase a person.</summary>
    ErasePerson,

    /// <summary>The shop has left: erase everybody of it.</summary>
    EraseStore,
}

/// <summary>A request about personal data that a platform passes on.</summary>
/// <param name="RequestId">The platform's id of it; a repeat has the same.</param>
/// <param name="OrderIds">The orders it names; of an erasure those whose person is to be erased.</param>
public sealed record PrivacyRequest(PrivacyRequestKind Kind, string RequestId, string? CustomerId, string? Email, IReadOnlyList<string> OrderIds);
