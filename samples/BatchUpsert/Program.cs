// Writes contacts by e-mail address, any number of them, and says what became of each.
using Spoke.HubSpot;

using var client = new HubSpotClient(new HubSpotClientOptions
{
    Token = () => Environment.GetEnvironmentVariable("HUBSPOT_ACCESS_TOKEN"),
    BaseUrl = new Uri(Environment.GetEnvironmentVariable("HUBSPOT_BASE_URL") ?? "https://api.hubapi.com"),
});

// readme: begin
var people = File.ReadLines(args[0]).Select(line => line.Split(',')).ToList();   // address,first name
var outcomes = await client.Contacts.BatchUpsertAsync("email",
    [.. people.Select(person => new UpsertInput(person[0], new Dictionary<string, string?> { ["firstname"] = person[1] }))]);

foreach (var outcome in outcomes)
    Console.WriteLine(outcome.Succeeded
        ? $"{people[outcome.Index][0]} {(outcome.Created ? "made" : "changed")} as {outcome.Record!.Id}"
        : $"{people[outcome.Index][0]} refused: {outcome.Error!.Fix}");
// readme: end
