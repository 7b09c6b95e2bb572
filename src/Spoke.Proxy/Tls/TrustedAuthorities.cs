using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spoke.Proxy.Tls;

/// <summary>Authorities that are trusted for portals beside the machine's own: those of a company's TLS inspection, or of a stand-in for HubSpot in tests.</summary>
public static class TrustedAuthorities
{
    /// <summary>Reads a PEM file of one or more certificates.</summary>
    /// <exception cref="ArgumentException">The file cannot be used; the message says why.</exception>
    public static X509Certificate2Collection FromFile(string path)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPemFile(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The authorities in {path} cannot be read: {unreadable.Message}", unreadable);
        }
        return all.Count > 0 ? all : throw new ArgumentException($"There is no certificate in {path}. It takes PEM: -----BEGIN CERTIFICATE-----.");
    }

    /// <summary>What the machine trusts passes, and what one of these signed for the host's own name. A wrong name never passes.</summary>
    internal static SslClientAuthenticationOptions Options(X509Certificate2Collection authorities) => new()
    {
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 shown && IsSigned(shown, chain, authorities)),
    };

    private static bool IsSigned(X509Certificate2 shown, X509Chain? sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;   // as by default where nothing else is said; such authorities mostly publish no lists
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));   // for servers
        if (sent is not null)
            foreach (var element in sent.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(shown);
    }
}
