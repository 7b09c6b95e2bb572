using Spoke.Bench;
using Spoke.Bench.FirstImport;

if (args is [SharedBudgetRow.Verb, var address, var folder, var seconds]) return await SharedBudgetRow.UseAsync(new Uri(address), folder, int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture));
if (args is [BareProxyProcess.Verb, var forwardedTo]) return await BareProxyProcess.RunAsync(forwardedTo);
if (args is [StreamMemoryRow.Verb, var portal]) return await StreamMemoryRow.StreamAsync(new Uri(portal));
if (args is [WireMockProcess.Verb, var mockedPath, var mockedBody]) return await WireMockProcess.RunAsync(mockedPath, mockedBody);
if (args is [ServerProcesses.StoreVerb, var orders, var storeRate, var storeStart]) return await ServerProcesses.StoreAsync(int.Parse(orders, System.Globalization.CultureInfo.InvariantCulture), FastClock.Parse(storeRate, storeStart));
if (args is [ServerProcesses.PortalVerb, var portalRate, var portalStart]) return await ServerProcesses.PortalAsync(FastClock.Parse(portalRate, portalStart));
if (args is [ImportProcess.Verb, var importStore, var importPortal, var importDatabase, var importOrders, var importRate, var importStart]) return await ImportProcess.RunAsync(new Uri(importStore), new Uri(importPortal), importDatabase, int.Parse(importOrders, System.Globalization.CultureInfo.InvariantCulture), FastClock.Parse(importRate, importStart));
var repository = args[0];
var wanted = args.Length > 1 ? args[1] : "";
Row[] rows =
[
    new("client-1", "client / raw HttpClient, 1 caller", stop => ClientRow.MeasureAsync(repository, callers: 1, stop)),
    new("client-16", "client / raw HttpClient, 16 callers", stop => ClientRow.MeasureAsync(repository, callers: 16, stop)),
    new("clients-reads", "ours / the better of Kiota's and Node's", stop => ClientsRow.ReadsAsync(repository, stop)),
    new("clients-upserts", "the same, batches of 100", stop => ClientsRow.UpsertsAsync(repository, stop)),
    new("clients-pages", "the same, 2,000 contacts by pages", stop => ClientsRow.PagesAsync(repository, stop)),
    new("stream-memory", "client, peak memory of 1M / of 100k", stop => StreamMemoryRow.MeasureAsync(repository, stop)),
    new("emulator-reads", "emulator, single reads a second", stop => EmulatorReadsRow.MeasureAsync(repository, stop)),
    new("emulator-start", "emulator, start to first answer", stop => EmulatorStartRow.MeasureAsync(repository, stop)),
    new("emulator-upserts", "emulator, upserts of 100 a second", stop => EmulatorUpsertRow.MeasureAsync(repository, stop)),
    new("emulator-million", "emulator, searches over 1M contacts", stop => EmulatorMillionRow.MeasureAsync(repository, stop)),
    new("emulator-rivals", "emulator / the better of the mocks", stop => RivalsRow.MeasureAsync(repository, stop)),
    new("intake", "intake / bare group commit", IntakeRow.MeasureAsync),
    new("intake-burst", "webhooks a second / 5,000, in process", IntakeBurstRow.MeasureAsync),
    new("import-real", "first import of 100,000 orders, real time", stop => FirstImportRow.MeasureAsync(repository, 100_000, 1, even: false, stop)),
    new("import-fast", "the same, clock x 1.5", stop => FirstImportRow.MeasureAsync(repository, 100_000, 1.5, even: false, stop)),
    new("import-million", "the same, clock x 1.5, 1,000,000 orders", stop => FirstImportRow.MeasureAsync(repository, 1_000_000, 1.5, even: true, stop)),
    new("live-latency", "webhook to HubSpot, 50 a second", stop => LiveLatencyRow.MeasureAsync(repository, stop)),
    new("calls", "calls of a first sync / least possible", stop => CallsRow.MeasureAsync(repository, stop)),
    new("budget", "use of the ten-second window", stop => BudgetRow.MeasureAsync(repository, stop)),
    new("budget-4", "the same, shared by four processes", stop => SharedBudgetRow.MeasureAsync(repository, 3, stranger: false, stop)),
    new("budget-10m", "the same over ten minutes", stop => SharedBudgetRow.MeasureAsync(repository, 60, stranger: false, stop)),
    new("budget-foreign", "the same beside a program that shares nothing", stop => SharedBudgetRow.MeasureAsync(repository, 6, stranger: true, stop)),
    new("proxy-latency", "proxy, added to one caller's p50", stop => ProxyRow.LatencyAsync(repository, stop)),
    new("proxy-20ms", "proxy / direct, 20 ms portal, 16 callers", stop => ProxyRow.ThroughputAsync(repository, 20, stop)),
    new("proxy-0ms", "proxy / direct, 0 ms portal, 16 callers", stop => ProxyRow.ThroughputAsync(repository, 0, stop)),
];
var chosen = rows.Where(row => row.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"bench: no row is called '{wanted}'. Rows: {string.Join(", ", rows.Select(row => row.Name))}");
    return 2;
}
using var stopped = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stopped.Cancel();
};
Console.WriteLine($"| {"row",-14} | {"what",-39} | {"result",-13} | {"target",-13} |     | how it came about");
Console.WriteLine($"| {new string('-', 14)} | {new string('-', 39)} | {new string('-', 13)} | {new string('-', 13)} | --- | ---");
var missed = 0;
foreach (var row in chosen)
{
    var figure = await row.Measure(stopped.Token);
    if (!figure.Met) missed++;
    Console.WriteLine($"| {row.Name,-14} | {row.What,-39} | {figure.Result,-13} | {figure.Target,-13} | {(figure.Met ? "ok " : "no ")} | {figure.Detail}");
}
return missed == 0 ? 0 : 1;
