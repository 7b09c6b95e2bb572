namespace Spoke.Emulator.Crm;

/// <summary>Who set a value: HubSpot's word for the way it came, the app or other thing that did it, and the user behind it.</summary>
internal sealed record WriteSource(string Type, string Id, long UserId)
{
    /// <summary>Of a record saved before sources were kept.</summary>
    public static WriteSource Unknown { get; } = new("INTEGRATION", "", 0);

    /// <summary>HubSpot itself, working out what other values give.</summary>
    public static WriteSource Calculated { get; } = new("CALCULATED", "CalculatedPropertyComputer", 0);
}

/// <summary>Every source of values the portal has seen, so that a value needs only a number to name its own.</summary>
internal sealed class WriteSources
{
    private readonly List<WriteSource> all = [];
    private readonly Dictionary<WriteSource, int> numbers = [];

    public WriteSources() => Of(WriteSource.Unknown);

    public IReadOnlyList<WriteSource> All => all;
    public WriteSource this[int number] => number < all.Count ? all[number] : WriteSource.Unknown;

    public int Of(WriteSource source)
    {
        if (numbers.TryGetValue(source, out var number)) return number;
        all.Add(source);
        return numbers[source] = all.Count - 1;
    }
}
