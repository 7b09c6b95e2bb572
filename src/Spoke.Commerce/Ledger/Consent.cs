namespace Spoke.Commerce.Ledger;

public enum ConsentChannel { Email, Sms }

/// <summary>What a person has said about marketing. <see cref="None"/> is no information.</summary>
public enum ConsentState { None, Granted, Pending, Denied, Redacted }

/// <summary>What a person has said about marketing by one channel, and how we know.</summary>
/// <param name="At">When the person said so, by the store's clock; null: not told.</param>
/// <param name="Source">Where: <c>checkout</c>, <c>account</c>, <c>import</c>, or the platform's own word.</param>
/// <param name="Evidence">Opt-in level, form or address, as the store gives it.</param>
public sealed record Consent(ConsentState State, DateTimeOffset? At = null, string? Source = null, string? Evidence = null)
{
    private static readonly ConsentState[] Restrictive = [ConsentState.None, ConsentState.Granted, ConsentState.Pending, ConsentState.Denied, ConsentState.Redacted];

    /// <summary>The more restrictive of two; between equals the later one. Saying nothing restricts nothing.</summary>
    public static Consent? Merge(Consent? a, Consent? b)
    {
        if (a is null || b is null) return a ?? b;
        var (left, right) = (Array.IndexOf(Restrictive, a.State), Array.IndexOf(Restrictive, b.State));
        return left != right ? left > right ? a : b : (a.At ?? DateTimeOffset.MinValue) >= (b.At ?? DateTimeOffset.MinValue) ? a : b;
    }
}
