namespace Spoke.Emulator.Http;

/// <summary>Ids of answers, in HubSpot's form: a UUID of version 7, the same in the body and in the header.</summary>
internal static class CorrelationId
{
    public static string Next() => Guid.CreateVersion7().ToString();
}
