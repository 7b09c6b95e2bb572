using System.Text;

namespace Spoke.Commerce.Connectors;

/// <summary>
/// A delivery of our own that only tests the way which a store's pushes take. It is signed as the platform signs, with the store's own secret, so it passes whatever they have to pass.
/// The mark is in the signed bytes: in a header, which most platforms do not sign, it would let anybody on the way have a real push taken for a test and dropped.
/// </summary>
public static class TestDelivery
{
    private static ReadOnlySpan<byte> Mark => "{\"type\":\"spoke.test\",\"id\":\""u8;

    /// <summary>The bytes to sign and send.</summary>
    /// <param name="id">Letters and digits.</param>
    /// <param name="fragile">With what gets lost when somebody on the way reads the JSON and writes it anew: escapes, blanks, zeros behind a point, more digits than a double has.</param>
    public static byte[] Body(string id, bool fragile) =>
        Encoding.UTF8.GetBytes($"{{\"type\":\"spoke.test\",\"id\":\"{id}\"{(fragile ? ",\"of\":\"caf\\u00e9 \\/ Łódź\" , \"amount\":10.00,\"number\":9007199254740993" : "")}}}");

    /// <summary>Whether bytes that need not be signed call themselves a test, perhaps written anew on the way.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> body) => body[..Math.Min(body.Length, 64)].IndexOf("spoke.test"u8) >= 0;

    /// <returns>The test's id; null: it is none.</returns>
    internal static string? IdOf(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Mark)) return null;
        var rest = body[Mark.Length..];
        return rest.IndexOf((byte)'"') is > 0 and var end ? Encoding.UTF8.GetString(rest[..end]) : null;
    }
}
