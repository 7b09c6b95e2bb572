namespace Spoke.Sync.Consents;

/// <summary>How a connection keeps marketing consent in step. The more restrictive of both sides stands.</summary>
/// <param name="Subscription">The kind of e-mail in HubSpot that the store's consent is about: its name or its id.</param>
/// <param name="LegalBasis">Demanded by HubSpot for opting in where the account has data privacy turned on, such as <c>CONSENT_WITH_NOTICE</c>.</param>
/// <param name="Explanation">How people come to agree; goes with the legal basis.</param>
/// <param name="AllowResubscribe">A later grant by the person's own act lifts an earlier denial. Without it such a grant waits for somebody to look at it.</param>
public sealed record ConsentRules(string Subscription, string? LegalBasis = null, string? Explanation = null, bool AllowResubscribe = false)
{
    /// <summary>The contact property in HubSpot in which consent to SMS stands; null: that is not kept in step.</summary>
    public string? Sms { get; init; }
}
