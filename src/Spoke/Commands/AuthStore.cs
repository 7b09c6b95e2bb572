using System.CommandLine;
using Spoke.Configuration;

namespace Spoke.Commands;

/// <summary><c>spoke auth store</c>: keeps a token that was made elsewhere, or any other secret of <c>spoke.json</c>, encrypted.</summary>
internal static class AuthStore
{
    private const int MostCharacters = 16_384;

    public static Command Create()
    {
        var name = AuthCommand.NameOption();
        var config = AuthCommand.ConfigurationOption();
        var command = new Command("store", "Stores a token from standard input, encrypted: a service key, a private app's token, a shop's key. Another one of the same name takes its place.\n\nExample:\n  spoke auth store --name shop < token.txt") { name, config };
        command.SetAction((parsed, cancellationToken) => RunAsync(AuthCommand.Named(parsed.GetValue(name)!), parsed.GetValue(config)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string name, string configuration, CancellationToken cancellationToken)
    {
        var folder = AuthCommand.Folder(configuration);
        if (folder.HasGrant(name)) throw new UsageException($"stored:{name} is an OAuth grant. Take another --name, or delete it first: spoke auth logout --name {name}.");
        if (!Terminal.IsInputRedirected) await Terminal.Error.WriteLineAsync("Paste the token, then Enter and Ctrl-D (Ctrl-Z on Windows):").ConfigureAwait(false);
        using var input = new StreamReader(Terminal.OpenStandardInput());
        var secret = (await input.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim();
        if (secret.Length == 0) throw new UsageException("standard input held nothing. Example: spoke auth store --name shop < token.txt");
        if (secret.Length > MostCharacters || secret.Any(char.IsControl)) throw new UsageException($"standard input is no token: that is one line of up to {MostCharacters} characters.");
        await folder.Tokens.KeepAsync(name, secret, cancellationToken).ConfigureAwait(false);
        Terminal.WriteLine($"kept as stored:{name}");
        return ExitCode.Done;
    }
}
