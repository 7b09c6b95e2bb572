using System.Security.Cryptography;
using System.Text;

namespace Spoke.Proxy.Access;

/// <summary>The proxy's own key. Compared in a time that tells nothing, whatever was sent.</summary>
internal sealed class ProxyKey(string? key)
{
    public const string Header = "Spoke-Proxy-Key";

    private readonly byte[]? _hash = key is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key.Trim()));

    public bool IsAsked => _hash is not null;

    public bool Fits(string given) => _hash is null || CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), _hash);
}
