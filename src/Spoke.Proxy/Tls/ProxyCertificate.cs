using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Spoke.Proxy.Tls;

/// <summary>What the proxy shows callers by TLS: its certificate with the private key, and the certificates between it and an authority.</summary>
public sealed class ProxyCertificate
{
    /// <param name="certificate">With its private key.</param>
    /// <param name="chain">What stands between it and the authority; may be empty.</param>
    /// <exception cref="ArgumentException">There is no private key.</exception>
    public ProxyCertificate(X509Certificate2 certificate, X509Certificate2Collection? chain = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!certificate.HasPrivateKey) throw new ArgumentException($"The certificate '{certificate.Subject}' has no private key beside it. Give the file that has both, or the key as well.");
        (Certificate, Chain) = (certificate, chain ?? []);
    }

    /// <summary>The proxy's own.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>From the one that signed it upwards.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>Reads a PKCS #12 file (.pfx, .p12), or a PEM file with the certificate first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keyPath">A PEM file with the private key, when it is not in the same file.</param>
    /// <param name="password">Of the PKCS #12 file or of an encrypted key; null: none.</param>
    /// <exception cref="ArgumentException">The file cannot be used; the message says why and what to do.</exception>
    public static ProxyCertificate FromFile(string path, string? keyPath = null, string? password = null)
    {
        foreach (var file in new[] { path, keyPath })
            if (file is not null && !File.Exists(file)) throw new ArgumentException($"There is no file {file}.");
        try
        {
            return IsPem(path) ? FromPem(path, keyPath ?? path, password) : FromPkcs12(path, password);
        }
        catch (CryptographicException unreadable)
        {
            var fix = password is null ? "If it has a password, give that; else check that it is PKCS #12 (.pfx) or PEM with certificate and private key." : "Check the password.";
            throw new ArgumentException($"The certificate {path} cannot be used: {unreadable.Message.TrimEnd('.')}. {fix}", unreadable);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The certificate {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    internal void Validate(DateTimeOffset now)
    {
        if (now > Certificate.NotAfter) throw new ArgumentException(FormattableString.Invariant($"The certificate '{Certificate.Subject}' ended on {Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}. Callers would refuse it: give one that is valid."));
        if (now < Certificate.NotBefore) throw new ArgumentException(FormattableString.Invariant($"The certificate '{Certificate.Subject}' is valid from {Certificate.NotBefore.ToUniversalTime():yyyy-MM-dd}. Callers would refuse it now: give one that is valid, or put the clock right."));
    }

    private static bool IsPem(string path) => File.ReadAllText(path).Contains("-----BEGIN ", StringComparison.Ordinal);

    private static ProxyCertificate FromPem(string path, string keyPath, string? password)
    {
        using var read = password is null ? X509Certificate2.CreateFromPemFile(path, keyPath) : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
        // As it comes from PEM, Windows cannot use the key for TLS.
        var own = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        return new ProxyCertificate(own, [.. all.Where(one => one.Thumbprint != own.Thumbprint)]);
    }

    private static ProxyCertificate FromPkcs12(string path, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
        var own = all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new ArgumentException($"The certificate {path} has no private key in it. Export it with the key.");
        return new ProxyCertificate(own, [.. all.Where(one => one != own)]);
    }
}
