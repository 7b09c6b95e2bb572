using Spoke.HubSpot;

namespace Spoke.Proxy.Forwarding;

/// <summary>What to do about a failure, in a sentence: the cause's own remedy, or where the answer tells none what its kind allows to say.</summary>
internal static class FixAdvice
{
    public static string Of(HubSpotException error) => error.Fix ?? error.Kind switch
    {
        HubSpotErrorKind.NotFound => "Look whether the id and the names in the path exist in this portal; an archived record is read with archived=true.",
        HubSpotErrorKind.RateLimited => "Wait as long as Retry-After says and send fewer calls; a batch counts as one.",
        HubSpotErrorKind.TokenInvalid => "Run 'spoke doctor' with the token the proxy uses: it tells what is wrong with it.",
        HubSpotErrorKind.Forbidden => "The message says what the account, the user or the credential may not do; 'spoke doctor response' explains it.",
        _ => "Read the message of the answer; 'spoke doctor response' explains it.",
    };
}
