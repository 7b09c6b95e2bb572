namespace Spoke.Bench.Clients;

/// <summary>The same three jobs by each of the clients that are compared. What comes back is parsed and looked at.</summary>
internal interface IContactsClient
{
    Task ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>A hundred contacts by their e-mail addresses, in one call.</summary>
    Task UpsertAsync(CancellationToken cancellationToken);

    /// <summary>All contacts, a hundred a page.</summary>
    /// <returns>How many have an e-mail address.</returns>
    Task<int> PagesAsync(CancellationToken cancellationToken);
}

/// <summary>What is read and written.</summary>
internal static class Contacts
{
    public const string Email = "bench@example.com";
    public const string Root = "/crm/objects/2026-09/contacts";

    public static IReadOnlyList<(string Email, string FirstName, string LastName)> Upserted { get; } = [.. Enumerable.Range(0, 100).Select(i => ($"bench{i}@example.com", "Bench", $"Mark {i}"))];
}
