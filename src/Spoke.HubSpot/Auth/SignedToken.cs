namespace Spoke.HubSpot;

/// <summary>
/// What an OAuth access token says of itself: base64url over protobuf, field 1 the expiry, 3 the hub, 5 the app. HubSpot does not document it,
/// so it is evidence and never proof alone.
/// </summary>
internal readonly record struct SignedToken(DateTimeOffset? Expires, long HubId, long AppId, bool BeginsWithText)
{
    private const long LatestMs = 253_402_300_799_999;

    /// <summary>Null when the text is not of that form.</summary>
    public static SignedToken? Read(string token)
    {
        if (token.Length is 0 or > 4096 || Decode(token) is not { Length: > 0 } bytes) return null;
        long expiry = 0, hub = 0, app = 0;
        var first = bytes[0];
        for (var at = 0; at < bytes.Length;)
        {
            if (!Number(bytes, ref at, out var tag) || tag >> 3 == 0) return null;
            switch (tag & 7)
            {
                case 0:
                    if (!Number(bytes, ref at, out var value)) return null;
                    if (tag >> 3 == 1) expiry = (long)Math.Min(value, LatestMs);
                    else if (tag >> 3 == 3) hub = (long)Math.Min(value, long.MaxValue);
                    else if (tag >> 3 == 5) app = (long)Math.Min(value, long.MaxValue);
                    break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                case 2 when Number(bytes, ref at, out var size) && size <= (ulong)(bytes.Length - at): at += (int)size; break;
                default: return null;
            }
            if (at > bytes.Length) return null;
        }
        return new SignedToken(expiry > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(expiry) : null, hub, app, first == 0x0A);
    }

    private static byte[]? Decode(string token)
    {
        var text = token.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : null;
    }

    private static bool Number(byte[] bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return true;
        }
        return false;
    }
}
