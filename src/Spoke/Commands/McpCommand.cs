using System.CommandLine;
using Spoke.Mcp;

namespace Spoke.Commands;

/// <summary><c>spoke mcp</c>: the doctor, scopes, <c>api</c> and the emulator's control as tools of an MCP client.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var writes = new Option<bool>("--allow-writes") { Description = "Let the tool 'api' change data; without it only reads pass" };
        var variable = PortalOptions.TokenVariable();
        var command = new Command("mcp", "Serves the doctor, scopes, api and the emulator's control to an MCP client, over standard input and output.\n\nExample:\n  HUBSPOT_ACCESS_TOKEN=… spoke mcp") { writes, variable };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var portal = new ToolPortal(PortalOptions.BaseUrl(), parsed.GetValue(variable)!, parsed.GetValue(writes));
            await ToolServer.RunAsync(portal, cancellationToken).ConfigureAwait(false);
            return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
        });
        return command;
    }
}
