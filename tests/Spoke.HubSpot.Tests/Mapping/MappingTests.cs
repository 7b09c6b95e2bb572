using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spoke.HubSpot.Generators;

namespace Spoke.HubSpot.Tests.Mapping;

/// <summary>Records of one's own type, to the portal and back, and what the generator refuses.</summary>
public sealed class MappingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_of_ones_own_type_comes_back_as_it_went()
    {
        await using var portal = await PortalAsync();
        var contact = new ShopContact { Email = "ann@shop.example", FirstName = "Ann", Stage = Stage.Lead, Points = 7, Spent = 1234.5600m, Birthday = new DateOnly(1990, 2, 28), Colours = [Colour.Red, Colour.DeepBlue], Club = true };
        var made = await portal.Client.Objects<ShopContact>().UpsertAsync("email", contact, cancellationToken: Stop);
        var read = await portal.Client.Objects<ShopContact>().GetAsync(made.Id, cancellationToken: Stop);
        Assert.NotNull(read!.Value.CreatedAt);
        Assert.Equal(contact with { Id = made.Id, CreatedAt = read.Value.CreatedAt, Colours = read.Value.Colours }, read.Value);
        Assert.Equal([Colour.Red, Colour.DeepBlue], read.Value.Colours);
        Assert.Null(await portal.Client.Objects<ShopContact>().GetAsync("1", cancellationToken: Stop));
    }

    [Fact]
    public async Task What_was_not_read_is_not_cleared_and_an_unknown_option_reads_as_none()
    {
        await using var portal = await PortalAsync();
        var typed = portal.Client.Objects<ShopContact>();
        var outcomes = await typed.BatchUpsertAsync("email", [new ShopContact { Email = "a@shop.example", FirstName = "A", Points = 1 }, new ShopContact { Email = "no address" }], cancellationToken: Stop);
        Assert.True(outcomes[0].Created);
        Assert.NotNull(outcomes[1].Error);
        var id = outcomes[0].Value!.Id;
        await portal.Client.Contacts.UpdateAsync(id, new Dictionary<string, string?> { ["lifecyclestage"] = "opportunity" }, cancellationToken: Stop);
        await typed.UpdateAsync(id, new ShopContact { Email = "a@shop.example", Points = 2 }, cancellationToken: Stop);
        var read = (await typed.GetAsync("a@shop.example", "email", cancellationToken: Stop))!.Value;
        Assert.Equal(("A", 2, null), (read.FirstName, read.Points, read.Stage));
        Assert.Equal("opportunity", (await portal.Client.Contacts.GetAsync(id, new ReadOptions { Properties = ["lifecyclestage"] }, cancellationToken: Stop))!["lifecyclestage"]);
        Assert.Single(await typed.ListAsync(cancellationToken: Stop).ToListAsync(Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => typed.UpsertAsync("firstname", new ShopContact { Email = "b@shop.example" }, cancellationToken: Stop));
    }

    [Theory]
    [InlineData("1700000000000", 1_700_000_000_000)]
    [InlineData("2023-11-14T22:13:20Z", 1_700_000_000_000)]
    [InlineData("2023-11-14T23:13:20+01:00", 1_700_000_000_000)]
    public void Moments_are_read_in_either_form(string text, long ms) => Assert.Equal(ms, RecordText.ReadMoment(text, "p")!.Value.ToUnixTimeMilliseconds());

    [Fact]
    public void A_value_of_another_type_names_its_property()
    {
        Assert.Contains("spent", Assert.Throws<FormatException>(() => RecordText.ReadDecimal("1,5", "spent")).Message, StringComparison.Ordinal);
        Assert.Contains("points", Assert.Throws<FormatException>(() => RecordText.ReadInt("1.5", "points")).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => RecordText.ReadMoment("soon", "p"));
        Assert.Throws<FormatException>(() => RecordText.ReadBool("yes", "p"));
    }

    [Theory]
    [InlineData("[HubSpotRecord(\"contacts\")] public sealed record A { }", "SPOKE001")]
    [InlineData("public class Outer { [HubSpotRecord(\"contacts\")] public sealed partial record A { } }", "SPOKE002")]
    [InlineData("[HubSpotRecord(\"contacts\")] public sealed partial record A<T> { }", "SPOKE002")]
    [InlineData("[HubSpotRecord(\"contacts\")] public sealed partial record A { [HubSpotProperty(\"x\")] public System.Uri? X { get; init; } }", "SPOKE003")]
    [InlineData("public enum E { A } [HubSpotRecord(\"contacts\")] public sealed partial record A { [HubSpotProperty(\"x\")] public E? X { get; init; } }", "SPOKE003")]
    [InlineData("[HubSpotRecord(\"contacts\")] public sealed partial record A { [HubSpotId] public string? Id { get; init; } }", "SPOKE003")]
    [InlineData("[HubSpotRecord(\"contacts\")] public sealed partial record A { [HubSpotProperty(\"x\")] public int? X { get; init; } [HubSpotProperty(\"x\")] public int? Y { get; init; } }", "SPOKE004")]
    public void What_cannot_be_mapped_is_an_error_at_its_place(string code, string id)
    {
        var found = Generate("using Spoke.HubSpot; " + code, out _);
        var error = Assert.Single(found);
        Assert.Equal(id, error.Id);
        Assert.True(error.Location.SourceSpan.Length > 0);
    }

    [Fact]
    public void A_class_and_a_struct_in_no_namespace_map_too_and_the_code_compiles_without_warnings()
    {
        const string Code = "#nullable enable\nusing Spoke.HubSpot; [HubSpotRecord(\"2-1\")] public partial class A { [HubSpotProperty(\"x\")] public long X { get; set; } } [HubSpotRecord(\"2-2\")] public partial record struct B { [HubSpotProperty(\"y\")] public double? Y { get; init; } }";
        Assert.Empty(Generate(Code, out var compiled));
        Assert.Empty(compiled.GetDiagnostics(Stop).Where(d => d.Severity >= DiagnosticSeverity.Warning));
    }

    private static IReadOnlyList<Microsoft.CodeAnalysis.Diagnostic> Generate(string code, out Compilation compiled)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "Spoke.HubSpot.dll" or "netstandard.dll")).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("Mapped", [CSharpSyntaxTree.ParseText(code, cancellationToken: Stop)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        CSharpGeneratorDriver.Create(new RecordMapper()).RunGeneratorsAndUpdateCompilation(compilation, out compiled, out var diagnostics, Stop);
        return diagnostics;
    }

    private static async Task<EmulatedPortal> PortalAsync()
    {
        var portal = await EmulatedPortal.StartAsync();
        await portal.Client.Properties.BatchCreateAsync(ObjectType.Contacts,
        [
            Property("test_points", "number", "number"), Property("test_spent", "number", "number"), Property("test_birthday", "date", "date"),
            Property("test_colours", "enumeration", "checkbox") with { Options = [new("red", "Red"), new("deep \"blue\"", "Deep blue")] },
            Property("test_club", "bool", "booleancheckbox") with { Options = [new("true", "Yes"), new("false", "No")] },
        ], cancellationToken: Stop);
        return portal;
    }

    private static CrmProperty Property(string name, string type, string field) => new() { Name = name, Label = name, Type = type, FieldType = field, GroupName = "contactinformation" };
}
