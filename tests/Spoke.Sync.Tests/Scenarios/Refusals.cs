using System.Net;
using System.Text;
using System.Text.Json;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Answers in HubSpot's form for what the emulator cannot be asked to refuse.</summary>
internal static class Refusals
{
    public static HttpResponseMessage Whole(string message, string category = "VALIDATION_ERROR", HttpStatusCode status = HttpStatusCode.BadRequest) => new(status)
    {
        Content = new StringContent(JsonSerializer.Serialize(new { status = "error", message, correlationId = "00000000-0000-4000-8000-00000000c0de", category }), Encoding.UTF8, "application/json"),
        Headers = { { "x-hubspot-correlation-id", "00000000-0000-4000-8000-00000000c0de" } },
    };
}
