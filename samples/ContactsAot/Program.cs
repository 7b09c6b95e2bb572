// Lists contacts: GET /crm/v3/objects/contacts?limit=100&archived=false, with the token from the environment.
// Published ahead of time: dotnet publish samples/ContactsAot -r linux-x64
using Spoke.HubSpot;

var address = Environment.GetEnvironmentVariable("HUBSPOT_BASE_URL") ?? "https://api.hubapi.com";
var version = ApiVersion.V3;
try
{
    // readme: begin
    using var client = new HubSpotClient(new HubSpotClientOptions
    {
        Token = () => Environment.GetEnvironmentVariable("HUBSPOT_ACCESS_TOKEN"),
        TokenSource = "variable HUBSPOT_ACCESS_TOKEN",
        BaseUrl = new Uri(address),   // an emulator on loopback in tests
        Version = version,            // date versions by default
    });

    await foreach (var contact in client.Contacts.ListAsync(new ReadOptions { Properties = ["email"] }))
        Console.WriteLine($"{contact.Id} {contact["email"]}");
    // readme: end
    return 0;
}
catch (HubSpotException refused)
{
    Console.Error.WriteLine($"{refused.Message}\ncause: {refused.Cause}\nfix: {refused.Fix}");
    return 3;
}
