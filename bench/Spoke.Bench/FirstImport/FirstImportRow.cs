using System.Globalization;
using System.Text.Json;

namespace Spoke.Bench.FirstImport;

/// <summary>
/// The first import of a large shop: orders of three lines, three customers to five orders, a variant to twenty. Shop, engine and HubSpot account are processes of their own and the
/// account has the Professional limits. Arithmetic: every record in hundreds, at 19 calls a second.
/// </summary>
internal static class FirstImportRow
{
    private const int LimitOfTenSeconds = 190;
    private const long MostMemory = 300_000_000;
    private const double EvenPace = 0.9;
    private const double EvenMemory = 1.25;

    // As ./spoke starts the program.
    private static readonly Dictionary<string, string> s_environment = new() { ["DOTNET_GCgen0size"] = "0x1000000", ["MALLOC_ARENA_MAX"] = "2" };

    /// <param name="even">It has to go as fast in the end as in the beginning, and in no more memory.</param>
    public static async Task<Figure> MeasureAsync(string repository, int orders, double rate, bool even, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-bench-");
        try
        {
            var measured = new List<(string Name, ImportFigures Figures)> { ("SQLite", await OnAsync(repository, orders, rate, "sqlite:" + Path.Combine(folder.FullName, "spoke.db"), cancellationToken)) };
            using var server = BenchPostgres.Start();
            if (server is not null) measured.Add(("PostgreSQL", await OnAsync(repository, orders, rate, "postgres:" + server.Database, cancellationToken)));
            var figure = Of(orders, rate, measured, server is null ? ", PostgreSQL not installed" : "");
            return even ? WithTenths(figure, measured) : figure;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figure Of(int orders, double rate, List<(string Name, ImportFigures Figures)> measured, string more)
    {
        var arithmetic = Arithmetic(orders);
        var met = measured.All(m => m.Figures.Calls <= 1.1 * arithmetic && Use(m.Figures) >= 0.95 && m.Figures is { TooMany: 0, Peak: < MostMemory, InStep: true } && m.Figures.Created == Records(orders));
        return new Figure(
            string.Join(", ", measured.Select(m => string.Create(CultureInfo.InvariantCulture, $"{(double)m.Figures.Calls / arithmetic:0.00}x {Use(m.Figures):0.0%}"))), "<= 1.10x >=95%", met,
            string.Join("; ", measured.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Name} {m.Figures.Created:N0} records, {m.Figures.Calls:N0} calls of {arithmetic:N0}, {m.Figures.TooMany} x 429, read in {m.Figures.Reading:0} s, pushed in {m.Figures.Pushing:0} s of {arithmetic * 10.0 / LimitOfTenSeconds:0}, {m.Figures.Peak / 1e6:0} MB at most"))) + (rate == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"; clock x {rate}")) + more);
    }

    /// <summary>The last tenth of the orders is read nearly as fast as the first, and neither the last tenth of the reading nor that of the pushing holds much more memory than the first. How fast the tenths of the pushing are depends on what they are of, so it is told and not judged.</summary>
    private static Figure WithTenths(Figure figure, List<(string Name, ImportFigures Figures)> measured) => new(
        figure.Result + " " + string.Join(", ", measured.Select(m => string.Create(CultureInfo.InvariantCulture, $"{Pace(m.Figures):0.00}x"))), string.Create(CultureInfo.InvariantCulture, $"{figure.Target} >={EvenPace:0.00}x"),
        figure.Met && measured.All(m => Pace(m.Figures) >= EvenPace && Growth(m.Figures.ReadTenths) <= EvenMemory && Growth(m.Figures.PushTenths) <= EvenMemory),
        figure.Detail + string.Concat(measured.Select(m => $"; {m.Name} by tenths: orders read a second {List(m.Figures.ReadTenths, tenth => tenth.PerSecond)}, in MB {List(m.Figures.ReadTenths, tenth => tenth.Memory / 1e6)}; calls a second {List(m.Figures.PushTenths, tenth => tenth.PerSecond, "0.0")}, in MB {List(m.Figures.PushTenths, tenth => tenth.Memory / 1e6)}")));

    private static double Pace(ImportFigures figures) => figures.ReadTenths[^1].PerSecond / figures.ReadTenths[0].PerSecond;

    private static double Growth(IReadOnlyList<ImportTenth> tenths) => (double)tenths[^1].Memory / tenths[0].Memory;

    private static string List(IReadOnlyList<ImportTenth> tenths, Func<ImportTenth, double> of, string form = "0") => string.Join(" ", tenths.Select(tenth => of(tenth).ToString(form, CultureInfo.InvariantCulture)));

    private static int Records(int orders) => orders + 3 * orders + orders * 3 / 5 + orders / 20;

    /// <summary>Least calls: each object's records in hundreds.</summary>
    private static int Arithmetic(int orders) => new[] { orders, 3 * orders, orders * 3 / 5, orders / 20 }.Sum(count => (count + 99) / 100);

    /// <summary>What part of the calls that the limits allow while it pushes is used.</summary>
    private static double Use(ImportFigures figures) => figures.PushCalls / (LimitOfTenSeconds / 10.0 * figures.Pushing);

    private static async Task<ImportFigures> OnAsync(string repository, int orders, double rate, string database, CancellationToken cancellationToken)
    {
        var clock = new FastClock(rate, TimeProvider.System.GetUtcNow());
        await using var store = await ChildProcess.ItselfAsync([ServerProcesses.StoreVerb, orders.ToString(CultureInfo.InvariantCulture), .. clock.ToArguments()], cancellationToken);
        await using var portal = await ChildProcess.ItselfAsync([ServerProcesses.PortalVerb, .. clock.ToArguments()], cancellationToken);
        await using var engine = await ChildProcess.ItselfAsync([ImportProcess.Verb, store.Address.ToString(), portal.Address.ToString(), database, orders.ToString(CultureInfo.InvariantCulture), .. clock.ToArguments()], cancellationToken, s_environment);
        var said = await engine.Process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("the import ended early");
        await engine.Process.WaitForExitAsync(cancellationToken);
        return JsonSerializer.Deserialize(said, ImportJson.Default.ImportFigures)!;
    }
}
