namespace Spoke.Shop.Store;

/// <summary>What each test card does. No real card is ever taken.</summary>
internal static class TestCards
{
    public const string Pays = "4242424242424242";
    public const string Declined = "4000000000000002";
    public const string NeedsConfirmation = "4000000000003220";

    /// <summary>The payment's state, by the card's number or its last four digits; null: no test card.</summary>
    public static string? StateOf(string card) => new string([.. card.Where(char.IsAsciiDigit)]) switch
    {
        Pays or "4242" => "captured",
        Declined or "0002" => "failed",
        NeedsConfirmation or "3220" => "authorized",
        _ => null,
    };
}
