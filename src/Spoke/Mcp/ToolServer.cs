using System.Reflection;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Spoke.Mcp;

/// <summary>The MCP server. Standard output carries the protocol and nothing else; it ends when standard input does.</summary>
internal static class ToolServer
{
    private const string Instructions =
        "Tools for HubSpot's API. When a call fails, give the request and the answer to doctor_request; doctor_live checks the configured token. Secrets come back masked; never ask a person to paste a token here, tokens come from the environment.";

    public static async Task RunAsync(ToolPortal portal, CancellationToken cancellationToken)
    {
        using var streams = new ProtocolStreams(Terminal.OpenStandardInput(), Terminal.OpenStandardOutput(), TimeProvider.System);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(portal);
        builder.Services.AddMcpServer(server =>
        {
            server.ServerInfo = new Implementation { Name = "spoke", Version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0" };
            server.ServerInstructions = Instructions;
        }).WithStreamServerTransport(streams.Input, streams.Output).WithTools<DoctorTools>().WithTools<ScopeTools>().WithTools<ApiTools>().WithTools<EmulatorTools>()
            .WithRequestFilters(filters => filters.AddCallToolFilter(next => async (request, stop) =>
                request.MatchedPrimitive is McpServerTool tool && ToolArguments.Problem(tool.ProtocolTool, request.Params?.Arguments) is { } problem
                    ? Refusal(problem)
                    : await SaidAsync(() => next(request, stop)).ConfigureAwait(false)));
        using var host = builder.Build();
        await host.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A refusal in its own words; the package would call it an error that occurred.</summary>
    private static async ValueTask<CallToolResult> SaidAsync(Func<ValueTask<CallToolResult>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (McpException refused) when (refused is not McpProtocolException)
        {
            return Refusal(refused.Message);
        }
    }

    private static CallToolResult Refusal(string why) => new() { IsError = true, Content = [new TextContentBlock { Text = why }] };
}
