using Fluid;
using Fluid.Values;

namespace Spoke.Sync.Connections.Templates;

/// <summary>One property's template, parsed and checked. The same record gives the same text, whenever and wherever.</summary>
internal sealed class PropertyTemplate
{
    private const int MostSteps = 10_000;
    private const int LongestProduct = 16 * 1024 * 1024;
    private static readonly FluidParser s_parser = new();
    private static readonly TemplateOptions s_options = Options();
    private readonly IFluidTemplate _template;

    private PropertyTemplate(string text, IFluidTemplate template) => (Text, _template) = (text, template);

    /// <summary>As it is written in the configuration.</summary>
    public string Text { get; }

    /// <returns>The template; null when it has problems.</returns>
    public static (PropertyTemplate? Template, IReadOnlyList<MappingProblem> Problems) Read(string @object, string text)
    {
        if (!s_parser.TryParse(text, out var parsed, out var error)) return (null, [new MappingProblem("", $"is no template: {error.ReplaceLineEndings(" ").TrimEnd('.')}", null, [])]);
        var problems = TemplateCheck.Problems(parsed, s_options, LedgerMembers.Roots(@object));
        return problems.Count > 0 ? (null, problems) : (new PropertyTemplate(text, parsed), []);
    }

    /// <returns>The value, null for none; or the problem.</returns>
    public (string? Value, string? Problem) Render(IEnumerable<(string Name, object? Value)> roots)
    {
        var context = new TemplateContext(s_options);
        foreach (var (name, value) in roots) context.SetValue(name, LedgerMembers.Value(value));
        try
        {
            using var text = new BoundedText();
            _template.RenderAsync(text, context, NullEncoder.Default).AsTask().GetAwaiter().GetResult();   // all values are at hand, so nothing waits
            var value = text.ToString().Trim();
            return (value.Length == 0 ? null : value, null);
        }
        // A template is a program of the user's: however it fails, it fails for one property of one record.
        catch (Exception failure)
        {
            return (null, Said(failure));
        }
    }

    // The library's own words may have a value of the record in them.
    private static string Said(Exception failure) => failure switch
    {
        TemplateException bounds => bounds.Message,
        DivideByZeroException => "it divides by zero",
        OverflowException => "a number in it is too great",
        InvalidOperationException when failure.Message.Contains("maximum", StringComparison.OrdinalIgnoreCase) => $"it takes more than {MostSteps} steps",
        _ => $"it fails ({failure.GetType().Name})",
    };

    private static TemplateOptions Options()
    {
        var options = new TemplateOptions
        {
            MaxSteps = MostSteps,
            MaxRecursion = 20,
            TimeZone = TimeZoneInfo.Utc,
            Now = static () => DateTimeOffset.UnixEpoch,   // Liquid asks for it with every date, to fill what the date leaves out
            Assigned = static (_, value, _) => new ValueTask<FluidValue>(Bounded(value)),
            Captured = static (_, value, _) => new ValueTask<FluidValue>(Bounded(value)),
        };
        // A text put into each place of another one multiplies; all other filters add.
        Guard(options, "replace");
        Guard(options, "join");
        foreach (var filter in (string[])["date", "format_date", "time_zone"]) Timeless(options, filter);
        return options;
    }

    private static FluidValue Bounded(FluidValue value) =>
        value.Type == FluidValues.String && value.ToStringValue().Length > BoundedText.Longest ? throw new TemplateException($"a text in it is longer than {BoundedText.Longest} characters") : value;

    private static void Timeless(TemplateOptions options, string name)
    {
        options.Filters.TryGetValue(name, out var filter);
        options.Filters.AddFilter(name, (input, arguments, context) =>
            input.ToStringValue().Trim().ToUpperInvariant() is "NOW" or "TODAY" ? throw new TemplateException("a template has no clock") : filter!(input, arguments, context));
    }

    private static void Guard(TemplateOptions options, string name)
    {
        options.Filters.TryGetValue(name, out var filter);
        options.Filters.AddFilter(name, (input, arguments, context) =>
        {
            var whole = (long)input.ToStringValue().Length;
            for (var i = 0; i < arguments.Count; i++)
                if (whole * arguments.At(i).ToStringValue().Length > LongestProduct) throw new TemplateException($"'{name}' would make too long a text");
            return filter!(input, arguments, context);
        });
    }
}
