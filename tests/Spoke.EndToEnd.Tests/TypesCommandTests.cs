using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Spoke.Emulator;
using Spoke.EndToEnd.Tests.HouseRules;
using Spoke.HubSpot;
using Spoke.Types;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke types</c> as a process against the emulator's own schema and a custom object; what it writes is compiled with the package's generator and maps a record.</summary>
public sealed class TypesCommandTests : IAsyncLifetime
{
    private static readonly SchemaInput s_machine = new("machine", "Machine", "Machines")
    {
        Properties =
        [
            Property("serial", "Serial \"number\" <of> it", "string", "text") with { HasUniqueValue = true },
            Property("price", "Price", "number", "number") with { NumberDisplayHint = "currency" },
            Property("built", "Built", "date", "date"),
            Property("checked_at", "Checked at", "datetime", "date"),
            Property("kind", "Kind", "enumeration", "select") with { Options = [new("class", "Class"), new("1st", "First"), new("a-b", "A or B"), new("a b", "A and B")] },
            Property("uses", "Uses", "enumeration", "checkbox") with { Options = [new("indoors", "Indoors"), new("outdoors", "Outdoors")] },
        ],
        PrimaryDisplayProperty = "serial",
        RequiredProperties = ["serial"],
    };

    private EmulatorServer _emulator = null!;
    private HubSpotClient _client = null!;
    private string _machine = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);
        _client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        _machine = (await _client.Schemas.CreateAsync(s_machine, cancellationToken: Stop)).ObjectTypeId;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task What_it_writes_compiles_and_maps_records_with_options_days_and_moments()
    {
        var (code, text, error) = await TypesAsync("contacts", "products", "orders", _machine, "--namespace", "Shop.Crm");
        Assert.True(code == 0, error);
        var types = Compile(text);

        var made = await _client.Objects(_machine).CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["serial"] = "A1", ["price"] = "12.50", ["built"] = "2026-11-25", ["checked_at"] = "2026-11-25T10:00:00Z", ["kind"] = "a b", ["uses"] = "outdoors;indoors" }), cancellationToken: Stop);
        var type = types.GetTypes().Single(type => type.GetProperty("Serial") is not null);
        Assert.Equal("Shop.Crm", type.Namespace);
        var wanted = (IReadOnlyList<string>)type.GetProperty("HubSpotProperties")!.GetValue(null)!;
        var record = (await _client.Objects(_machine).GetAsync(made.Id, new ReadOptions { Properties = wanted }, cancellationToken: Stop))!;
        var machine = type.GetMethod("FromHubSpot")!.Invoke(null, [record]);
        Assert.Equal(made.Id, Value("Id"));
        Assert.Equal("A1", Value("Serial"));
        Assert.Equal(12.50m, Value("Price"));
        Assert.Equal(new DateOnly(2026, 11, 25), Value("Built"));
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), Value("CheckedAt"));
        Assert.Equal("AB2", Value("Kind")!.ToString());   // a-b came first
        Assert.Equal("Outdoors, Indoors", string.Join(", ", ((System.Collections.IEnumerable)Value("Uses")!).Cast<object>()));

        object? Value(string name) => type.GetProperty(name)!.GetValue(machine);
    }

    [Fact]
    public async Task Units_labels_and_what_cannot_be_written_are_said_in_the_code()
    {
        var (code, text, _) = await TypesAsync(_machine);
        Assert.Equal(0, code);
        Assert.Contains("/// <summary>Built. A day, without a time.</summary>", text);
        Assert.Contains("Serial &quot;number&quot; &lt;of&gt; it. No two records have the same value.", text);
        Assert.Contains("[HubSpotProperty(\"hs_createdate\", ReadOnly = true)]", text);
        Assert.Contains("[HubSpotOption(\"1st\")]\n    N1st,", text);
    }

    /// <summary>The emulator keeps no hint of how a number is shown, so these come from the properties themselves.</summary>
    [Theory]
    [InlineData("currency", "In the record's currency.")]
    [InlineData("percentage", "As a fraction: 0.5 is 50 %.")]
    [InlineData("duration", "In milliseconds.")]
    public void A_number_has_its_unit(string hint, string unit) =>
        Assert.Contains($"<summary>Price. {unit}</summary>", TypeWriter.Write("Shop", [("orders", [Property("price", "Price", "number", "number") with { NumberDisplayHint = hint }])]));

    [Fact]
    public async Task The_same_portal_gives_the_same_text_to_the_byte()
    {
        using var folder = new TempFolder();
        var (code, printed, error) = await TypesAsync("contacts", _machine);
        Assert.True(code == 0, error);
        (code, var nothing, error) = await TypesAsync("contacts", _machine, "--out", folder["types.cs"]);
        Assert.Equal((0, ""), (code, nothing));
        Assert.Contains("2 types", error);
        Assert.Equal(printed, await File.ReadAllTextAsync(folder["types.cs"], Stop));
    }

    [Fact]
    public async Task Only_the_properties_named_are_written_and_an_unknown_one_is_exit_2()
    {
        var (code, text, _) = await TypesAsync("contacts", "--properties", "email,lifecyclestage");
        Assert.Equal(0, code);
        Assert.Equal(2, text.Split("[HubSpotProperty(").Length - 1);
        (code, text, var error) = await TypesAsync("contacts", "--properties", "email,no_such");
        Assert.Equal((2, ""), (code, text));
        Assert.Contains("no property no_such", error);
    }

    [Theory]
    [InlineData("1st")]
    [InlineData("Shop..Crm")]
    [InlineData("Shop.class")]
    [InlineData("Shop Crm")]
    [InlineData("Shop;class X{}")]
    [InlineData("")]
    public async Task A_namespace_that_is_none_is_exit_2_before_anything_is_asked(string name)
    {
        var (code, output, error) = await TypesAsync("contacts", "--namespace", name);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("is no namespace of C#", error);
    }

    [Fact]
    public async Task An_object_type_that_is_not_there_is_exit_3()
    {
        var (code, output, _) = await TypesAsync("no_such_things");
        Assert.Equal((3, ""), (code, output));
    }

    /// <summary>With the generator of the package, as a project that has it would.</summary>
    private static Assembly Compile(string text)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create("types", [CSharpSyntaxTree.ParseText(text, cancellationToken: Stop)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var generators = Assembly.LoadFrom(Path.Combine(Repository.Root, "artifacts", "bin", "Spoke.HubSpot.Generators", "debug", "Spoke.HubSpot.Generators.dll")).GetTypes().Where(type => typeof(IIncrementalGenerator).IsAssignableFrom(type)).Select(type => ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator());
        CSharpGeneratorDriver.Create(generators).RunGeneratorsAndUpdateCompilation(compilation, out var whole, out var said, Stop);
        Assert.Empty(said);
        using var memory = new MemoryStream();
        var result = whole.Emit(memory, cancellationToken: Stop);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error)));
        memory.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(memory);
    }

    private static CrmProperty Property(string name, string label, string type, string fieldType) => new() { Name = name, Label = label, Type = type, FieldType = fieldType, GroupName = "" };

    private Task<(int Code, string Output, string Error)> TypesAsync(params string[] arguments) =>
        SpokeProcess.RunAsync(new Dictionary<string, string?> { ["HUBSPOT_BASE_URL"] = _emulator.BaseUrl.ToString(), ["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken }, ["types", .. arguments]);
}
