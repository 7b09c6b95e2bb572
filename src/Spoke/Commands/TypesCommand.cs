using System.CommandLine;
using Spoke.HubSpot;
using Spoke.Types;

namespace Spoke.Commands;

/// <summary><c>spoke types OBJECT…</c>: C# types from a portal's own properties.</summary>
internal static class TypesCommand
{
    public static Command Create()
    {
        var objects = new Argument<string[]>("OBJECT") { Description = "Object types by plural name or id, such as contacts, orders, 2-123.", Arity = ArgumentArity.OneOrMore };
        var ns = new Option<string>("--namespace") { Description = "Namespace of the types.", DefaultValueFactory = _ => "HubSpotTypes" };
        var only = new Option<string?>("--properties") { Description = "Only these properties, separated by commas." };
        var output = new Option<string?>("--out") { Description = "File to write; without it the code goes to standard output." };
        var variable = PortalOptions.TokenVariable();
        var command = new Command("types", "Writes C# types for the records of a portal: members with their types, options as enumerations, units in the documentation. The package Spoke.HubSpot maps them.\n\nExample:\n  HUBSPOT_ACCESS_TOKEN=… spoke types contacts orders --namespace Shop.Crm --out HubSpotTypes.cs") { objects, ns, only, output, variable };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var named = parsed.GetValue(ns)!;
            if (!TypeNames.IsNamespace(named)) throw new UsageException($"--namespace '{named}' is no namespace of C#: names of letters, digits and _ that begin with no digit and are no keyword, with dots between. Example: Shop.Crm");
            using var client = PortalOptions.Client(parsed.GetValue(variable)!);
            var wanted = parsed.GetValue(only)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var types = new List<(string, IReadOnlyList<CrmProperty>)>();
            foreach (var name in parsed.GetValue(objects)!.Distinct(StringComparer.Ordinal)) types.Add((name, await PropertiesAsync(client, name, wanted, cancellationToken).ConfigureAwait(false)));
            if (wanted?.Except(types.SelectMany(type => type.Item2).Select(property => property.Name)).ToList() is { Count: > 0 } unknown) throw new UsageException($"the portal has no property {string.Join(", ", unknown)}. Names are HubSpot's internal ones, in lower case.");
            var text = TypeWriter.Write(named, types);
            if (parsed.GetValue(output) is not { } file)
            {
                await Terminal.Out.WriteAsync(text).ConfigureAwait(false);
                return ExitCode.Done;
            }
            await WriteAsync(file, text, cancellationToken).ConfigureAwait(false);
            await Terminal.Error.WriteLineAsync($"{file}: {types.Count} {(types.Count == 1 ? "type" : "types")}, {types.Sum(type => type.Item2.Count)} properties").ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<CrmProperty>> PropertiesAsync(HubSpotClient client, string type, string[]? wanted, CancellationToken cancellationToken)
    {
        var properties = new List<CrmProperty>();
        await foreach (var property in client.Properties.ListAsync(type, cancellationToken: cancellationToken).ConfigureAwait(false))
            if (wanted?.Contains(property.Name) ?? property.Name != "hs_object_id") properties.Add(property);
        return [.. properties.OrderBy(property => property.Name, StringComparer.Ordinal)];
    }

    private static async Task WriteAsync(string file, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(file, text, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{file} cannot be written: {wrong.Message}");
        }
    }
}
