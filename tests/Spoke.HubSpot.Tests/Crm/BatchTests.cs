using System.Text;
using System.Text.Json;
using Spoke.HubSpot.Tests.Transport;

namespace Spoke.HubSpot.Tests.Crm;

/// <summary>Batches in which something goes wrong, on the emulator; and answers HubSpot is not known to give, by script.</summary>
public sealed class BatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(37)]
    [InlineData(99)]
    public async Task An_upsert_by_address_refused_as_a_whole_ends_at_exactly_the_guilty_input(int guilty)
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var inputs = Enumerable.Range(0, 100).Select(i => new UpsertInput($"u{i}@example.com", Values("firstname", "N" + i))).ToList();
        inputs[guilty] = new UpsertInput("u@example.com", Values("no_such_property", "x"));
        var outcomes = await portal.Client.Contacts.BatchUpsertAsync("email", inputs, cancellationToken: Stop);
        Assert.Equal([guilty], outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.Index));
        Assert.Equal(HubSpotErrorKind.Validation, outcomes[guilty].Error!.Kind);
        Assert.Contains("no_such_property", outcomes[guilty].Error!.Message);
        Assert.All(outcomes.Where(outcome => outcome.Succeeded), outcome => Assert.Equal("N" + outcome.Index, outcome.Record!["firstname"]));
        Assert.Equal(99, await portal.Client.Contacts.ListAsync(cancellationToken: Stop).CountAsync(Stop));
        Assert.InRange(portal.Client.CallCount, 1, 16);
    }

    [Fact]
    public async Task A_traced_batch_refuses_its_bad_inputs_alone_in_one_call()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.Client.Contacts.CreateAsync(new CrmRecordInput(Values("email", "taken@example.com")), cancellationToken: Stop);
        var inputs = Enumerable.Range(0, 100).Select(i => new CrmRecordInput(Values("email", $"u{i}@example.com"))).ToList();
        inputs[3] = new CrmRecordInput(Values("email", "taken@example.com"));
        inputs[64] = new CrmRecordInput(Values("email", "not an address"));
        var before = portal.Client.CallCount;
        var outcomes = await portal.Client.Contacts.BatchCreateAsync(inputs, cancellationToken: Stop);
        Assert.Equal([3, 64], outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.Index));
        Assert.Equal(HubSpotErrorKind.Conflict, outcomes[3].Error!.Kind);
        Assert.Equal(HubSpotErrorKind.Validation, outcomes[64].Error!.Kind);
        Assert.All(outcomes.Where(outcome => outcome.Succeeded), outcome => Assert.True(outcome.Created));
        Assert.Equal(1, portal.Client.CallCount - before);
    }

    [Fact]
    public async Task Inputs_for_the_same_record_go_in_separate_calls_and_the_last_wins()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var outcomes = await portal.Client.Contacts.BatchUpsertAsync("email", [new("x@example.com", Values("firstname", "first")), new(" X@example.com ", Values("firstname", "last"))], cancellationToken: Stop);
        Assert.Equal(outcomes[0].Record!.Id, outcomes[1].Record!.Id);
        Assert.Equal("last", Assert.Single(await portal.Client.Contacts.ListAsync(new ReadOptions { Properties = ["firstname"] }, cancellationToken: Stop).ToListAsync(Stop))["firstname"]);
    }

    [Fact]
    public async Task A_create_without_a_unique_key_is_sent_once_when_the_answer_is_lost()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.PlayAsync("lost-response", "POST");
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.Companies.CreateAsync(new CrmRecordInput(Values("name", "Once")), cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Unreachable, lost.Kind);
        Assert.Equal(1, lost.Attempts);
        Assert.Equal(1, await portal.Client.Companies.ListAsync(cancellationToken: Stop).CountAsync(Stop));
    }

    [Theory]
    [InlineData("lost-response")]
    [InlineData("503")]
    public async Task A_create_with_a_unique_key_is_made_good_and_nothing_is_made_twice(string fault)
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.PlayAsync(fault, "POST");
        var made = await portal.Client.Contacts.CreateAsync(new CrmRecordInput(Values("email", "key@example.com")) { UniqueProperty = "email" }, cancellationToken: Stop);
        await portal.PlayAsync(fault, "POST");
        var batch = await portal.Client.Contacts.BatchCreateAsync([.. Enumerable.Range(0, 3).Select(i => new CrmRecordInput(Values("email", $"b{i}@example.com")) { UniqueProperty = "email" })], cancellationToken: Stop);
        Assert.All(batch, outcome => Assert.True(outcome.Created, outcome.Error?.Message));
        var there = await portal.Client.Contacts.ListAsync(cancellationToken: Stop).Select(record => record.Id).ToListAsync(Stop);
        Assert.Equal([made.Id, .. batch.Select(outcome => outcome.Record!.Id)], there);
    }

    [Fact]
    public async Task Anothers_record_in_the_way_stays_a_conflict_after_a_lost_answer()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.Client.Contacts.CreateAsync(new CrmRecordInput(Values("email", "key@example.com")), cancellationToken: Stop);
        await portal.PlayAsync("503", "POST");
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "key@example.com", ["firstname"] = "Mine" }) { UniqueProperty = "email" }, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Conflict, refusal.Kind);
        Assert.Equal(2, refusal.Attempts);
    }

    [Fact]
    public async Task A_batch_broken_off_in_the_middle_is_made_whole_by_repeating_it()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.PlayAsync("half-batch", "POST");
        var outcomes = await portal.Client.Contacts.BatchUpsertAsync("email", [.. Enumerable.Range(0, 10).Select(i => new UpsertInput($"h{i}@example.com", Values("firstname", "H")))], cancellationToken: Stop);
        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.Equal(10, await portal.Client.Contacts.ListAsync(cancellationToken: Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task What_was_carried_out_is_told_when_a_later_part_fails()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var token = await portal.TokenAsync(new { scopes = new[] { "crm.objects.contacts.read", "crm.objects.contacts.write" } });
        using var client = portal.NewClient(options =>
        {
            options.Token = () => token;
            options.MaxAttempts = 1;
        });
        await portal.PlayAsync("slow:1", "POST");   // the first call passes, the second meets the fault behind it
        await portal.PlayAsync("500", "POST");
        var outcomes = await client.Contacts.BatchCreateAsync([.. Enumerable.Range(0, 150).Select(i => new CrmRecordInput(Values("email", $"m{i}@example.com")))], cancellationToken: Stop);
        Assert.All(outcomes.Take(100), outcome => Assert.True(outcome.Succeeded));
        Assert.All(outcomes.Skip(100), outcome => Assert.Equal(HubSpotErrorKind.Unavailable, outcome.Error!.Kind));
        await portal.PlayAsync("500", "POST");
        await Assert.ThrowsAsync<HubSpotException>(() => client.Contacts.BatchCreateAsync([new CrmRecordInput(Values("email", "n@example.com"))], cancellationToken: Stop));
    }

    [Fact]
    public async Task A_refusal_of_the_whole_way_of_writing_is_not_bisected()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.Contacts.BatchUpsertAsync("firstname", [.. Enumerable.Range(0, 100).Select(i => new UpsertInput("n" + i, Values("lastname", "L")))], cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, refusal.Kind);
        Assert.Equal(1, portal.Client.CallCount);
    }

    [Fact]
    public async Task An_address_as_id_of_an_update_is_refused_here_since_HubSpot_would_say_nothing()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => portal.Client.Contacts.BatchUpdateAsync([new UpdateInput("a@example.com", Values("firstname", "A"))], cancellationToken: Stop));
        Assert.Equal(0, portal.Client.CallCount);
    }

    [Fact]
    public async Task Without_trace_ids_records_are_told_apart_by_what_identifies_them()
    {
        using var client = Scripted(_ => (200, """
            {"status":"COMPLETE","results":[
              {"id":"2","properties":{"email":"b@example.com"},"new":true},
              {"id":"1","properties":{"email":"a@example.com"},"new":false}],
             "numErrors":1,"errors":[{"status":"error","category":"VALIDATION_ERROR","message":"bad"}]}
            """));
        var outcomes = await client.Contacts.BatchUpsertAsync("email", [new("A@example.com", Values("x", "1")), new("b@example.com", Values("x", "2")), new("c@example.com", Values("x", "3"))], cancellationToken: Stop);
        Assert.Equal(["1", "2"], outcomes.Take(2).Select(outcome => outcome.Record!.Id.Value));
        Assert.True(outcomes[1].Created);
        Assert.Equal(HubSpotErrorKind.Validation, outcomes[2].Error!.Kind);
    }

    [Fact]
    public async Task An_input_nobody_spoke_for_is_an_error_and_not_a_guess()
    {
        using var client = Scripted(_ => (200, """{"status":"COMPLETE","results":[{"id":"2","properties":{}},{"id":"1","properties":{}}]}"""));
        var outcomes = await client.Contacts.BatchUpsertAsync("email", [new("a@example.com", Values("x", "1")), new("b@example.com", Values("x", "2"))], cancellationToken: Stop);
        Assert.All(outcomes, outcome => Assert.Equal(HubSpotErrorKind.Unexpected, outcome.Error!.Kind));
    }

    [Fact]
    public async Task An_endpoint_that_refuses_trace_ids_is_asked_without()
    {
        using var client = Scripted(body => body.Contains("objectWriteTraceId", StringComparison.Ordinal)
            ? (400, """{"status":"error","message":"Invalid input JSON on line 1, column 40: unknown field objectWriteTraceId","category":"VALIDATION_ERROR"}""")
            : (200, """{"status":"COMPLETE","results":[{"id":"12","properties":{}},{"id":"11","properties":{}}]}"""));
        var outcomes = await client.Contacts.BatchUpdateAsync([new("11", Values("x", "1")), new("12", Values("x", "2"))], cancellationToken: Stop);
        Assert.Equal(["11", "12"], outcomes.Select(outcome => outcome.Record!.Id.Value));
    }

    private static HubSpotClient Scripted(Func<string, (int Status, string Body)> answer) =>
        new(new HubSpotClientOptions { Token = () => "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d" }, new ScriptedHandler(request =>
        {
            using var content = request.Content!.ReadAsStream(TestContext.Current.CancellationToken);
            using var reader = new StreamReader(content, Encoding.UTF8);
            var (status, body) = answer(reader.ReadToEnd());
            JsonDocument.Parse(body).Dispose();
            return ScriptedHandler.Json(status, body)(request);
        }));

    private static Dictionary<string, string?> Values(string name, string value) => new() { [name] = value };
}
