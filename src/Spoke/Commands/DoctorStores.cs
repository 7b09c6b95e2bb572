using System.Text.Json.Serialization;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Connections;

namespace Spoke.Commands;

/// <summary>A connection's store as it describes itself, and what it lacks.</summary>
/// <param name="Problem">Why it does not say; null: it does.</param>
internal sealed record StoreReport(
    [property: JsonPropertyName("connection")] string Connection,
    [property: JsonPropertyName("platform")] string Platform,
    [property: JsonPropertyName("version")] string? Version,
    [property: JsonPropertyName("currency")] string? Currency,
    [property: JsonPropertyName("notices")] IReadOnlyList<string> Notices,
    [property: JsonPropertyName("problem")] string? Problem);

/// <summary>Asks the stores of a configuration who they are.</summary>
internal static class DoctorStores
{
    public static async Task<StoreReport> AskAsync(Connection connection, CancellationToken cancellationToken)
    {
        try
        {
            var info = await connection.Store.DescribeAsync(cancellationToken).ConfigureAwait(false);
            return new StoreReport(connection.Name, connection.Store.Platform, info.Version, info.MainCurrency, info.Notices, null);
        }
        catch (StoreException failure)
        {
            return new StoreReport(connection.Name, connection.Store.Platform, null, null, [], failure.Message);
        }
    }

    public static void Print(IReadOnlyList<StoreReport> stores)
    {
        foreach (var store in stores)
        {
            Terminal.WriteLine($"store of {store.Connection}: {(store.Problem is null ? StoreText.Of(store.Platform, store.Version, store.Currency!) : "not well")}");
            foreach (var notice in store.Notices) Terminal.WriteLine($"  known     {notice}");
            if (store.Problem is not null) Terminal.WriteLine($"  trouble   {store.Problem}");
        }
    }
}
