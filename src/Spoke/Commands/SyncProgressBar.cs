using Spectre.Console;
using Spoke.Sync;
using Spoke.Sync.Insight;

namespace Spoke.Commands;

/// <summary>How far a pass is: counts, calls and time left. On stderr, and only where that is a terminal.</summary>
internal static class SyncProgressBar
{
    public static async Task<T> ShowAsync<T>(Func<IProgress<SyncProgress>?, Task<T>> run)
    {
        if (Terminal.IsErrorRedirected) return await run(null).ConfigureAwait(false);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Terminal.Error) });
        return await terminal.Progress().AutoClear(true).Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn()).StartAsync(context =>
        {
            var bar = context.AddTask("starting");
            return run(new Bar(bar));
        }).ConfigureAwait(false);
    }

    /// <summary>What stands beside the bar.</summary>
    public static string Describe(SyncProgress progress) => progress.Phase switch
    {
        SyncProgress.Preparing => $"{progress.Connection}: preparing HubSpot",
        "reading" => $"{progress.Connection}: {progress.Read}{(progress.InStore is { } all ? $" of {all}" : "")} read",
        SyncProgress.TakingOver => $"{progress.Connection}: {progress.Read} of HubSpot's records looked through for what is there already",
        _ => $"{progress.Connection}: {progress.Pushed} pushed, {progress.Waiting} waiting, about {progress.CallsLeft} calls and {Math.Ceiling(progress.Left.TotalSeconds):0} s left{Counted(progress.Counts)}",
    };

    private static string Counted(IReadOnlyList<CountedRecords> counts) =>
        counts.Count == 0 || counts.Any(count => count.InHubSpot is null) ? "" : $"; HubSpot counts {counts.Sum(count => count.InHubSpot)} of {counts.Sum(count => count.InStore)}";

    /// <summary>Reports are shown as they come, on the thread they come from: none arrives after the end.</summary>
    private sealed class Bar(ProgressTask bar) : IProgress<SyncProgress>
    {
        public void Report(SyncProgress value)
        {
            bar.Description = Markup.Escape(Describe(value));
            bar.IsIndeterminate = value.Phase != "pushing";
            bar.Value = value.Percent;
        }
    }
}
