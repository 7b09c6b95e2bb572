namespace Spoke.HubSpot;

/// <summary>A call of HubSpot's API that a text makes or names.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Without host and query; where the text puts a value in, a 1 stands for it.</param>
/// <param name="Line">Where it stands, from 1; 0 when the text has no lines worth telling.</param>
public sealed record FoundCall(string Method, string Path, int Line)
{
    /// <summary>The file it stands in; null when only one text was given.</summary>
    public string? File { get; init; }

    /// <summary>False: the text does not tell the method, and this is what it may be.</summary>
    public bool IsMethodKnown { get; init; } = true;
}
