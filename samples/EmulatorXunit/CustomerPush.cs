using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace EmulatorXunit;

/// <summary>The integration under test: writes a shop's customers as contacts, and tries again when HubSpot is out of order.</summary>
public sealed class CustomerPush(Uri hubSpot, string token)
{
    private const int Attempts = 3;
    private readonly HttpClient _http = new() { BaseAddress = hubSpot, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    /// <exception cref="HttpRequestException">HubSpot refused, or was out of order three times.</exception>
    public async Task PushAsync(IReadOnlyList<(string Email, string FirstName)> customers)
    {
        var inputs = customers.Select(customer => new { id = customer.Email, idProperty = "email", properties = new { email = customer.Email, firstname = customer.FirstName } });
        for (var attempt = 1; ; attempt++)
        {
            using var answer = await _http.PostAsJsonAsync("/crm/v3/objects/contacts/batch/upsert", new { inputs });
            var again = answer.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
            if (again && attempt < Attempts) continue;
            answer.EnsureSuccessStatusCode();
            return;
        }
    }
}
