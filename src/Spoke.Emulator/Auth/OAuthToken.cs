using System.Text;

namespace Spoke.Emulator.Auth;

/// <summary>Makes OAuth access tokens of HubSpot's shape: protobuf with expiry, scopes, hub, user, app and a signature, as base64url.</summary>
internal static class OAuthToken
{
    public static string Mint(DateTimeOffset expires, long hub, long user, long app, IReadOnlySet<string> scopes)
    {
        var bytes = new List<byte>();
        Number(bytes, 1, (ulong)expires.ToUnixTimeMilliseconds());
        Blob(bytes, 2, Encoding.UTF8.GetBytes(scopes.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Number(bytes, 3, (ulong)hub);
        Number(bytes, 4, (ulong)user);
        Number(bytes, 5, (ulong)app);
        Blob(bytes, 6, Guid.NewGuid().ToByteArray());
        // HubSpot's begin with C: a first field of 1 as a varint, 0x08, gives exactly that.
        return Convert.ToBase64String([.. bytes]).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static void Number(List<byte> bytes, int field, ulong value)
    {
        Varint(bytes, (ulong)field << 3);
        Varint(bytes, value);
    }

    private static void Blob(List<byte> bytes, int field, byte[] value)
    {
        Varint(bytes, ((ulong)field << 3) | 2);
        Varint(bytes, (ulong)value.Length);
        bytes.AddRange(value);
    }

    private static void Varint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }
}
