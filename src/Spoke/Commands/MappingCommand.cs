using System.CommandLine;
using System.Text.Json;
using Spoke.Composition;
using Spoke.Configuration;
using Spoke.Sync.Connections;
using Spoke.Sync.Explain;

namespace Spoke.Commands;

/// <summary><c>spoke mapping preview</c>: what the templates of <c>spoke.json</c> make of real records. Nothing is written.</summary>
internal static class MappingCommand
{
    public static Command Create() => new("mapping", "The mapping of spoke.json: templates for properties in HubSpot.") { Preview() };

    private static Command Preview()
    {
        var connection = new Argument<string?>("CONNECTION") { Description = "A connection of the configuration; without it, all", Arity = ArgumentArity.ZeroOrOne };
        var @object = new Option<string?>("--object") { Description = "contacts, companies, products, orders, carts or line_items; without it, all that have templates" };
        var count = new Option<int>("--count") { Description = "How many records of each object, 1 to 100", DefaultValueFactory = _ => 5 };
        var file = ConfigCommand.FileOption();
        var json = OperatorJson.Option();
        var command = new Command("preview", "Shows what the mapping's templates make of the newest records, beside what HubSpot has now, and writes nothing.\n\nExamples:\n  spoke mapping preview\n  spoke mapping preview shop-main --object contacts --count 20") { connection, @object, count, file, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(connection), parsed.GetValue(@object), parsed.GetValue(count), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? name, string? word, int count, bool json, CancellationToken cancellationToken)
    {
        if (count is < 1 or > 100) throw new UsageException($"--count is 1 to 100, not {count}.");
        var @object = word is null ? null : WhyReader.Object(word) ?? throw new UsageException($"'{word}' is no object that is written. {(Spelling.Nearest(word, WhyReader.Objects) is { } meant ? $"Did you mean {meant}?" : $"There are: {string.Join(", ", WhyReader.Objects)}.")}");
        await using var sync = await OpenedSync.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var previews = new List<MappingPreview>();
        foreach (var connection in sync.Chosen(name)) previews.Add(await new MappingPreviewer(sync.Database, connection).ReadAsync(@object, count, cancellationToken).ConfigureAwait(false));
        if (json) Terminal.WriteLine(JsonSerializer.Serialize(previews, OperatorJson.Readable.IReadOnlyListMappingPreview));
        else
            foreach (var preview in previews) Print(preview, sync.Connection(preview.Connection).Mapping, @object);
        return previews.Any(preview => preview.Problems.Count > 0 || preview.Records.Any(record => record.Properties.Any(p => p.Problem is not null))) ? ExitCode.NotWell : ExitCode.Done;
    }

    private static void Print(MappingPreview preview, PropertyMap mapping, string? @object)
    {
        Terminal.WriteLine($"{preview.Connection}:");
        foreach (var problem in preview.Problems) Terminal.WriteLine($"  problem  {problem}.");
        var objects = mapping.Objects.Where(each => @object is null || each == @object).ToList();
        if (objects.Count == 0) Terminal.WriteLine(@object is null ? "  no mapping of its own: the built-in one holds. docs/configuration.md shows how to write one." : $"  no template for {@object}: the built-in mapping holds.");
        foreach (var each in objects)
        {
            foreach (var (property, template) in mapping.Entries(each)) Terminal.WriteLine($"  {each}.{property}: {template ?? "taken away"}");
            var records = preview.Records.Where(record => record.Object == each).ToList();
            if (records.Count == 0) Terminal.WriteLine($"  the ledger has no {each} yet; run spoke plan or spoke sync --once first.");
            foreach (var record in records)
            {
                Terminal.WriteLine($"  {record.Key}{(record.Title is null ? "" : $" ({TextTable.Short(record.Title)})")}");
                var table = new TextTable("    property", "HubSpot now", "would be", "problem");
                foreach (var p in record.Properties) table.Add("    " + p.Property, Said(p.Now), p.Problem is null && p.Now == p.Then ? "the same" : Said(p.Then), p.Problem);
                table.Write();
            }
        }
    }

    private static string Said(string? value) => value is null ? "nothing" : TextTable.Short(value);
}
