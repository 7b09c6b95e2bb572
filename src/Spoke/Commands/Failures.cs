using System.Diagnostics;
using System.Reflection;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Storage;

namespace Spoke.Commands;

/// <summary>What a failure is to the person at the terminal: a sentence and an exit code.</summary>
internal static class Failures
{
    private const string DetailsVariable = "SPOKE_DEBUG";

    /// <summary>Not a fault of ours.</summary>
    public static bool IsKnown(Exception failure) =>
        failure is UsageException or HubSpotException or StoreException or StorageException or InvalidDataException or IOException or UnauthorizedAccessException or System.Data.Common.DbException;

    /// <summary>A fault of ours says where it is, and its details where <see cref="DetailsVariable"/> is set.</summary>
    public static string Say(Exception failure) => failure switch
    {
        HubSpotException { Cause: { } cause } => $"{failure.Message} [{cause}]",
        _ when IsKnown(failure) => failure.Message,
        _ => Fault(failure),
    };

    public static int Code(Exception failure) => failure switch
    {
        HubSpotException { Kind: HubSpotErrorKind.TokenInvalid, StatusCode: null } => ExitCode.Usage,   // refused by ourselves: no token was ever sent
        HubSpotException or StoreException => ExitCode.Refused,
        _ => IsKnown(failure) ? ExitCode.Usage : ExitCode.OurFault,
    };

    private static string Fault(Exception fault)
    {
        var version = typeof(Failures).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var details = Environment.GetEnvironmentVariable(DetailsVariable) is { Length: > 0 } ? Environment.NewLine + fault : "";
        return $"a fault of spoke itself: {fault.GetType().Name} in {Place(fault)}. Nothing that was acknowledged is lost. Please report this line, with version {version}; {DetailsVariable}=1 prints the details.{details}";
    }

    private static string Place(Exception fault)
    {
        var method = new StackTrace(fault).GetFrames().Select(frame => frame.GetMethod()).FirstOrDefault(m => m?.DeclaringType?.FullName?.StartsWith("Spoke.", StringComparison.Ordinal) == true);
        return method is null ? "an unknown place" : $"{method.DeclaringType!.FullName}.{method.Name}";
    }
}
