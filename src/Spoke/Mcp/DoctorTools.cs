using System.ComponentModel;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Spoke.HubSpot;
using Spoke.Proxy.Journal;
using Spoke.Sync.Connections;

namespace Spoke.Mcp;

/// <summary>Why does a call fail?</summary>
[McpServerToolType]
internal sealed class DoctorTools(ToolPortal portal)
{
    [McpServerTool(Name = "doctor_request", ReadOnly = true, OpenWorld = false)]
    [Description("Finds out why a call to HubSpot fails (401, 403 and their like) from the request as text: a curl line, raw HTTP, a .http file, PowerShell or source code, with the answer below it if there is one. Sends nothing. Returns JSON: verdict, causes with evidence and fix, scopes, the corrected call.")]
    public static string Request([Description("The request as it is, with its answer below it if there is one")] string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Json(Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text)));
    }

    [McpServerTool(Name = "doctor_response", ReadOnly = true, OpenWorld = false)]
    [Description("Finds out what an error of HubSpot's means from its body or a raw HTTP response alone. Sends nothing. Returns JSON as doctor_request does.")]
    public static string Response([Description("The error body or the raw response")] string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Json(Doctor.ExamineResponse(Encoding.UTF8.GetBytes(text)));
    }

    [McpServerTool(Name = "doctor_live", ReadOnly = true)]
    [Description("Checks the configured portal with at most three harmless calls: whether HubSpot knows the token, clock, account, scopes a store sync needs, limits left. Returns text for people.")]
    public async Task<string> LiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await Doctor.ExamineLiveAsync(portal.Client(), await portal.TokenAsync(cancellationToken).ConfigureAwait(false), portal.Source, new LiveQuestions { Needs = SyncScopes.Needed, Grant = portal.Grant }, cancellationToken: cancellationToken).ConfigureAwait(false)).ToString();
        }
        catch (HubSpotException unreachable)
        {
            throw new McpException(MaskedText.Of(unreachable.Message));
        }
    }

    // The doctor masks by itself; a second mask would cut into the calls it writes down.
    private static string Json(Diagnosis diagnosis) => diagnosis.Unreadable is { } why ? throw new McpException(why) : diagnosis.ToJson();
}
