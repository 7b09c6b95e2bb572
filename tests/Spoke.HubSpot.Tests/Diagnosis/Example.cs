using System.Text;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>An example of a cause: what somebody shows, and what the doctor must put first.</summary>
public sealed record Example(string Cause, string Name, string Text)
{
    /// <summary>Other ids that would be as good an answer in first place.</summary>
    public Confidence AtMost { get; init; } = Confidence.Certain;

    public override string ToString() => $"{Cause} {Name}";

    public const string Pat = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
    public const string Uuid = "1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
    public const string RegionUuid = "eu1-1b2c-5f60-4a7b-8c9d-0e1f2a3b4c5d";
    public const string List = "https://api.hubapi.com/crm/v3/objects/contacts?limit=10";

    public const string NotFound = """
        {"status":"error","message":"Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview","correlationId":"01938a6e-0000-7000-8000-000000000001","category":"INVALID_AUTHENTICATION"}
        """;

    public static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A curl line with this behind "Authorization: ".</summary>
    public static string Curl(string value) => $"curl -s '{List}' -H 'Authorization: {value}'";

    public static string Raw(string value) => $"GET /crm/v3/objects/contacts?limit=10 HTTP/1.1\r\nHost: api.hubapi.com\r\nAuthorization: {value}\r\nAccept: application/json\r\n\r\n";

    /// <summary>A text of the shape of an OAuth access token.</summary>
    public static string OAuth(DateTimeOffset expires)
    {
        var bytes = new List<byte> { 0x08 };
        Number(bytes, (ulong)expires.ToUnixTimeMilliseconds());
        bytes.AddRange([0x12, 0x02, 0x01, 0x02, 0x18]);
        Number(bytes, 62515);
        bytes.Add(0x28);
        Number(bytes, 123456);
        bytes.AddRange([0x32, 0x18]);
        bytes.AddRange(Enumerable.Range(40, 24).Select(i => (byte)i));
        return Convert.ToBase64String([.. bytes]).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static void Number(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
