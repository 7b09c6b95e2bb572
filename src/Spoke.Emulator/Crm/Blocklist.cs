using System.Security.Cryptography;
using System.Text;

namespace Spoke.Emulator.Crm;

/// <summary>
/// Addresses of people who were deleted for good. Only their hashes are kept. Imports and HubSpot's own pages may not bring such an
/// address back; a call of the API, a form or a mail may, and then it leaves the list (HubSpot's help page on permanent deletion).
/// </summary>
internal sealed class Blocklist
{
    private readonly SortedSet<string> hashes = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Hashes => hashes;

    public void Add(string email) => hashes.Add(HashOf(email));

    public void AddHash(string hash) => hashes.Add(hash);

    public bool Holds(string email) => hashes.Count > 0 && hashes.Contains(HashOf(email));

    public void Remove(string email)
    {
        if (hashes.Count > 0) hashes.Remove(HashOf(email));
    }

    private static string HashOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())));
}
