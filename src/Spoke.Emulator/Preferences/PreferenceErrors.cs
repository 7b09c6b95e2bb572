using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Preferences;

/// <summary>Every refusal about subscription preferences.</summary>
internal static class PreferenceErrors
{
    public static CrmRefusal UnknownSubscription(string id) =>
        new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Subscription {id} does not exist") { Context = [new("subscriptionId", [id])] });

    public static ErrorBody BadAddressBody(string address) => new(400, "VALIDATION_ERROR", $"Email address {address} is invalid") { Context = [new("emailAddress", [address])] };

    public static CrmRefusal BadAddress(string address) => new(BadAddressBody(address));

    /// <summary>Once somebody opted out, only that person can opt in again.</summary>
    public static ErrorBody OptedOutBody(string address) => new(400, "VALIDATION_ERROR", "You cannot subscribe an unsubscribed address.") { Context = [new("emailAddress", [address])] };

    public static ErrorBody AlreadyBody(string address, string state) => new(400, "VALIDATION_ERROR", $"{address} is already {state.ToLowerInvariant()} for this subscription.") { Context = [new("emailAddress", [address])] };

    public static CrmRefusal NotOneOf(string name, string value, IReadOnlyList<string> allowed) => CrmErrors.Bad($"{name} must be one of [{string.Join(", ", allowed)}], not {value}", name, value);
}
