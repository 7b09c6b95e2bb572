using System.Runtime.CompilerServices;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors;

/// <summary>
/// A store that answers in another form than its platform's, by a plugin or a proxy, is told of like one that refuses: what it was asked for and what is wrong with the answer.
/// That ends the reading. It is no fault of the program's, and ends nothing else.
/// </summary>
internal static class AnswerForm
{
    /// <param name="store">What messages call the store: platform and address.</param>
    /// <param name="asked">What it was asked for.</param>
    /// <exception cref="StoreException">It could not be reached, refused us, or answered in another form.</exception>
    public static async IAsyncEnumerable<StorePage> CheckedAsync(this IAsyncEnumerable<StorePage> pages, string store, string asked, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reading = pages.WithCancellation(cancellationToken).ConfigureAwait(false).GetAsyncEnumerator();
        while (true)
        {
            try
            {
                if (!await reading.MoveNextAsync()) yield break;
            }
            catch (Exception wrong) when (IsOfForm(wrong))
            {
                throw Of(store, asked, wrong);
            }
            yield return reading.Current;
        }
    }

    /// <inheritdoc cref="CheckedAsync(IAsyncEnumerable{StorePage}, string, string, CancellationToken)"/>
    public static async Task<T> CheckedAsync<T>(this Task<T> reading, string store, string asked)
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (Exception wrong) when (IsOfForm(wrong))
        {
            throw Of(store, asked, wrong);
        }
    }

    /// <summary>One entity, as messages may call it: a guest's id is an address.</summary>
    public static string One(EntityKind kind, string platformId) => platformId.Contains('@', StringComparison.Ordinal) ? "one " + kind.Word() : $"{kind.Word()} {platformId}";

    // What JsonElement and JsonRead throw.
    private static bool IsOfForm(Exception wrong) => wrong is FormatException or JsonException or KeyNotFoundException or InvalidOperationException or OverflowException;

    private static StoreException Of(string store, string asked, Exception wrong) =>
        new($"{store} was asked for {asked} and answered in another form than its platform does: {wrong.Message} Look for a plugin of the store, or a proxy before it, that alters answers. Nothing of this answer was taken.", isTransient: false, wrong);
}
