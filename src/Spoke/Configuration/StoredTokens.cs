using System.Text;

namespace Spoke.Configuration;

/// <summary>Secrets kept by <c>spoke auth store</c> that are texts and not grants: a service key, a private app's token, a shop's key. Encrypted, each in a file of its own.</summary>
internal sealed class StoredTokens(string folder, SecretProtection protection)
{
    private const string Ending = ".token";

    public IEnumerable<string> Names => Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Ending).Select(file => Path.GetFileNameWithoutExtension(file)) : [];

    public bool Has(string name) => File.Exists(FileOf(name));

    public async Task KeepAsync(string name, string secret, CancellationToken cancellationToken) =>
        await SecretProtection.WriteAsync(FileOf(name), protection.Protect(Encoding.UTF8.GetBytes(secret)), cancellationToken).ConfigureAwait(false);

    public string Read(string name) => Encoding.UTF8.GetString(protection.Unprotect(File.ReadAllBytes(FileOf(name))));

    public void Remove(string name) => File.Delete(FileOf(name));

    private string FileOf(string name) => Path.Combine(folder, name + Ending);
}
