using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Storage;

namespace Spoke.Commands;

/// <summary>What a failure is to the person at the terminal: a sentence and an exit code.</summary>
internal static class Failures
{
    /// <summary>Not a fault of ours.</summary>
    public static bool IsKnown(Exception failure) =>
        failure is UsageException or HubSpotException or StoreException or StorageException or InvalidDataException or IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException;

    public static string Say(Exception failure) => failure is HubSpotException { Cause: { } cause } ? $"{failure.Message} [{cause}]" : failure.Message;

    public static int Code(Exception failure) => failure is HubSpotException or StoreException ? ExitCode.Refused : ExitCode.Usage;
}
