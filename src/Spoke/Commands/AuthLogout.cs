using System.CommandLine;
using Spoke.Configuration;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary><c>spoke auth logout</c>: the grant is revoked at HubSpot and deleted here.</summary>
internal static class AuthLogout
{
    public static Command Create()
    {
        var name = AuthCommand.NameOption();
        var local = new Option<bool>("--local") { Description = "Only delete it here; at HubSpot it stays good" };
        var config = AuthCommand.ConfigurationOption();
        var command = new Command("logout", "Revokes a stored grant at HubSpot and deletes it here; a stored token is only deleted here. Example: spoke auth logout") { name, local, config };
        command.SetAction((parsed, cancellationToken) => RunAsync(AuthCommand.Named(parsed.GetValue(name)!), parsed.GetValue(local), parsed.GetValue(config)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string name, bool local, string configuration, CancellationToken cancellationToken)
    {
        var folder = AuthCommand.Folder(configuration);
        if (!folder.Has(name)) throw new UsageException($"nothing is stored as {name}.");
        if (folder.HasToken(name))
        {
            folder.Tokens.Remove(name);
            Terminal.WriteLine($"stored:{name} is deleted here; it was stored as it is, and stays good where it was made");
            return ExitCode.Done;
        }
        if (!local) await RevokeAsync(folder, name, cancellationToken).ConfigureAwait(false);
        await folder.RemoveAsync(name, cancellationToken).ConfigureAwait(false);
        Terminal.WriteLine(local ? $"stored:{name} is deleted here" : $"stored:{name} is revoked and deleted; an access token already given out works until it ends, half an hour at most, and the app stays installed");
        return ExitCode.Done;
    }

    private static async Task RevokeAsync(SecretFolder folder, string name, CancellationToken cancellationToken)
    {
        try
        {
            if (await folder.Store(name).ReadAsync(cancellationToken).ConfigureAwait(false) is not { } grant) return;
            using var endpoints = new OAuthEndpoints(folder.Options(name));
            await endpoints.RevokeAsync(grant.RefreshToken, cancellationToken).ConfigureAwait(false);
        }
        catch (HubSpotException dead) when (dead.Category == "BAD_REFRESH_TOKEN")
        {
            // it was revoked before
        }
        catch (Exception kept) when (kept is HubSpotException or UsageException or InvalidDataException)
        {
            throw new UsageException($"stored:{name} was not revoked and is kept: {kept.Message} (--local deletes it here alone)");
        }
    }
}
