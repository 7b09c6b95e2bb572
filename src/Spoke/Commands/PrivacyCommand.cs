using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spoke.Composition;
using Spoke.Sync.Privacy;

namespace Spoke.Commands;

/// <summary><c>spoke privacy list | export | erase</c>: what people ask about their data.</summary>
internal static class PrivacyCommand
{
    public static Command Create() => new("privacy", "Exports and erases a person, and lists what platforms have passed on. Example: spoke privacy list shop-main") { List(), Export(), Erase() };

    private static Command List()
    {
        var (file, connection, json) = Common();
        var command = new Command("list", "Lists requests with their age and by when they are due. Exits with 1 if one is open beyond 24 hours. Example: spoke privacy list shop-main") { connection, file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection)!, async desk =>
        {
            var cases = await desk.ListAsync(cancellationToken).ConfigureAwait(false);
            var now = TimeProvider.System.GetUtcNow();
            if (parsed.GetValue(json)) Terminal.WriteLine(JsonSerializer.Serialize(cases, OperatorJson.Readable.IReadOnlyListPrivacyCase));
            else if (cases.Count == 0) Terminal.WriteLine("No request has come in.");
            else Print(cases, now);
            return cases.Any(one => one.IsOpen && now > one.Wanted) ? ExitCode.NotWell : ExitCode.Done;
        }, cancellationToken));
        return command;
    }

    private static Command Export()
    {
        var person = Person();
        var output = new Option<string?>("--out") { Description = "Write to this file, for its owner alone; stdout by default" };
        var (file, connection, _) = Common();
        var command = new Command("export", "Writes all that is kept about a person as JSON: ledger, HubSpot, consent, audit, history. Example: spoke privacy export shop-main ada@example.com --out ada.json") { connection, person, output, file };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection)!, async desk =>
        {
            using var memory = new MemoryStream();
            if (!await desk.ExportAsync(parsed.GetValue(person)!, memory, cancellationToken).ConfigureAwait(false)) throw Nobody(parsed.GetValue(connection)!);
            if (parsed.GetValue(output) is not { } path)
            {
                Terminal.WriteLine(System.Text.Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
                return ExitCode.Done;
            }
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var stream = new FileStream(path, options);
            memory.Position = 0;
            await memory.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            Terminal.WriteLine($"written to {path}; delete it once it has been handed out");
            return ExitCode.Done;
        }, cancellationToken));
        return command;
    }

    private static Command Erase()
    {
        var person = Person();
        var yes = new Option<bool>("--yes") { Description = "It is meant: nothing brings the person back" };
        var (file, connection, json) = Common();
        var command = new Command("erase", "Erases a person here and in HubSpot; orders keep their amounts. Without --yes it says what would go. Example: spoke privacy erase shop-main ada@example.com --yes") { connection, person, yes, file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection)!, async desk =>
        {
            var given = parsed.GetValue(person)!;
            if (await desk.FindAsync(given, cancellationToken).ConfigureAwait(false) is not { } known) throw Nobody(parsed.GetValue(connection)!);
            if (!parsed.GetValue(yes))
            {
                if (parsed.GetValue(json)) Terminal.WriteLine(JsonSerializer.Serialize(known, OperatorJson.Readable.KnownPerson));
                else Terminal.WriteLine(known.IsNobody ? "Nobody of that address is known; with --yes it would be kept from coming in with older data."
                    : $"would go: {known.Customers} customers, {known.Carts} carts, {known.Contacts} contacts in HubSpot; {known.Orders} orders would keep their amounts without the person. Say --yes if that is meant.");
                return ExitCode.NotWell;
            }
            var done = await desk.EraseAsync(given, cancellationToken).ConfigureAwait(false) ?? throw Nobody(parsed.GetValue(connection)!);
            if (parsed.GetValue(json)) Terminal.WriteLine(JsonSerializer.Serialize(done, OperatorJson.Readable.PrivacyCase));
            else if (done.IsOpen) Terminal.WriteLine($"erased here, but HubSpot does not give up the contact: {done.Problem} The next pass tries again; request {done.Request}");
            else if (done.Receipt is { } receipt) Terminal.WriteLine($"erased: {receipt.Customers} customers, {receipt.Carts} carts, {receipt.Contacts} contacts in HubSpot ({receipt.Policy}), {receipt.Texts} other rows; {receipt.Orders} orders keep their amounts, and their records in HubSpot lose the person with the next pass; request {done.Request}");
            return done.IsOpen ? ExitCode.NotWell : ExitCode.Done;
        }, cancellationToken));
        return command;
    }

    private static Argument<string> Person() => new("PERSON") { Description = "E-mail address, the store's customer id, or the id of HubSpot's contact" };

    private static (Option<string> File, Argument<string> Connection, Option<bool> Json) Common() => (ConfigCommand.FileOption(), new Argument<string>("CONNECTION") { Description = "As spoke.json names it" }, OperatorJson.Option());

    // What was given is somebody's address and not repeated.
    private static UsageException Nobody(string connection) => new($"nobody of that address or id is known to {connection}. Give the e-mail address, the store's customer id, or the id of HubSpot's contact.");

    private static async Task<int> RunAsync(string file, string name, Func<PrivacyDesk, Task<int>> run, CancellationToken cancellationToken)
    {
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        return await run(new PrivacyDesk(sync.Database, sync.Connection(name), TimeProvider.System, sync.Loggers.CreateLogger("Spoke.Sync"))).ConfigureAwait(false);
    }

    private static void Print(IReadOnlyList<PrivacyCase> cases, DateTimeOffset now)
    {
        var table = new TextTable("request", "kind", "state", "received", "age", "due", "at the latest");
        foreach (var one in cases)
            table.Add(one.Request, one.Kind, one.IsOpen && now > one.Limit ? one.State + ", too late" : one.IsOpen && now > one.Wanted ? one.State + ", overdue" : one.State, TextTable.Moment(one.Received), Age((one.Finished ?? now) - one.Received), TextTable.Moment(one.Wanted), TextTable.Moment(one.Limit));
        table.Write();
        foreach (var one in cases.Where(one => one is { IsOpen: true, Problem: not null })) Terminal.WriteLine($"{one.Request}: {one.Problem}");
    }

    private static string Age(TimeSpan age) => age.TotalHours < 48 ? $"{(int)age.TotalHours} h" : $"{(int)age.TotalDays} d";
}
