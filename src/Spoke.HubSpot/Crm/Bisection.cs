namespace Spoke.HubSpot;

/// <summary>
/// Carries out a batch that HubSpot refuses as a whole for one bad input: halves it until that input stands alone, so that all others go through.
/// After a guilty input the next call is only as large as what went through before it, and doubles from there: one bad input among a hundred
/// costs about ten calls, and a batch that is bad throughout never more than two an input.
/// </summary>
internal static class Bisection
{
    /// <param name="send">Carries out some of the inputs; the refusal when none of them was carried out, else null.</param>
    /// <param name="blame">Told each input that was refused standing alone.</param>
    public static async Task RunAsync(IReadOnlyList<int> inputs, Func<IReadOnlyList<int>, Task<HubSpotException?>> send, Action<int, HubSpotException> blame)
    {
        var size = inputs.Count;
        for (var start = 0; start < inputs.Count;)
        {
            var (low, high) = (start, Math.Min(start + size, inputs.Count));
            var refusal = await send(Part(low, high)).ConfigureAwait(false);
            if (refusal is null)
            {
                start = high;
                size *= 2;
                continue;
            }
            while (high - low > 1)   // a guilty one is in low..high
            {
                var middle = (low + high) / 2;
                refusal = await send(Part(low, middle)).ConfigureAwait(false);
                if (refusal is null) low = middle;
                else high = middle;
            }
            refusal ??= await send(Part(low, high)).ConfigureAwait(false);   // not asked alone yet; two inputs that only clash with each other both pass
            if (refusal is not null) blame(inputs[low], refusal);
            size = Math.Max(1, 2 * (low - start));
            start = low + 1;
        }

        IReadOnlyList<int> Part(int from, int to) => [.. inputs.Skip(from).Take(to - from)];
    }

    /// <summary>The refusal is about what the inputs hold, so that a part of them may pass.</summary>
    public static bool MayPassInParts(HubSpotException refusal) =>
        refusal is { Kind: HubSpotErrorKind.Validation or HubSpotErrorKind.Conflict or HubSpotErrorKind.NotFound, StatusCode: 400 or 404 or 409 or 413, Cause: null }
        && refusal.DetailMessage?.Contains("non-unique", StringComparison.Ordinal) != true;   // the property to write by is wrong for all of them
}
