namespace Spoke.HubSpot;

/// <summary>A call of HubSpot's API that a text makes or names.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Without host and query; where the text puts a value in, a 1 stands for it.</param>
/// <param name="Line">Where it stands, from 1; 0 when the text has no lines worth telling.</param>
public sealed record FoundCall(string Method, string Path, int Line);
