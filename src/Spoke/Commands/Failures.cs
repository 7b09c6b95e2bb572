using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Storage;

namespace Spoke.Commands;

/// <summary>What a failure is to the person at the terminal: a sentence and an exit code.</summary>
internal static class Failures
{
    /// <summary>Not a fault of ours.</summary>
    public static bool IsKnown(Exception failure) =>
        failure is UsageException or HubSpotException or StoreException or StorageException or InvalidDataException or IOException or UnauthorizedAccessException or System.Data.Common.DbException;

    public static string Say(Exception failure) => failure is HubSpotException { Cause: { } cause } ? $"{failure.Message} [{cause}]" : failure.Message;

    public static int Code(Exception failure) => failure switch
    {
        HubSpotException { Kind: HubSpotErrorKind.TokenInvalid, StatusCode: null } => ExitCode.Usage,   // refused by ourselves: no token was ever sent
        HubSpotException or StoreException => ExitCode.Refused,
        _ => ExitCode.Usage,
    };
}
