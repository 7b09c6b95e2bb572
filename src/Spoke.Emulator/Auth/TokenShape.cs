namespace Spoke.Emulator.Auth;

/// <summary>
/// Reads an OAuth access token as HubSpot's server seems to: base64url, then protobuf. Text that happens to parse is taken for a token
/// whose expiry is missing, that is 1970; text that does not parse is no credential at all.
/// </summary>
internal static class TokenShape
{
    /// <summary>The expiry in unix milliseconds (0 when the field is missing); null when the text is no token at all.</summary>
    public static long? Expiry(string token)
    {
        if (token.StartsWith("pat-", StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> bytes = token.Length <= 1024 ? stackalloc byte[1024] : new byte[token.Length];
        if (!TryDecode(token, bytes, out var length) || length == 0) return null;
        return ReadExpiry(bytes[..length]);
    }

    private static bool TryDecode(string text, Span<byte> into, out int length)
    {
        length = 0;
        uint bits = 0;
        var held = 0;
        foreach (var c in text.AsSpan().TrimEnd('='))
        {
            var value = c switch { >= 'A' and <= 'Z' => c - 'A', >= 'a' and <= 'z' => c - 'a' + 26, >= '0' and <= '9' => c - '0' + 52, '-' or '+' => 62, '_' or '/' => 63, _ => -1 };
            if (value < 0) return false;
            bits = (bits << 6) | (uint)value;
            held += 6;
            if (held < 8) continue;
            held -= 8;
            into[length++] = (byte)(bits >> held);
        }
        return held < 6;
    }

    private static long? ReadExpiry(ReadOnlySpan<byte> bytes)
    {
        long expiry = 0;
        while (!bytes.IsEmpty)
        {
            if (!Varint(ref bytes, out var tag) || tag >> 3 == 0) return null;
            switch (tag & 7)
            {
                case 0:
                    if (!Varint(ref bytes, out var value)) return null;
                    if (tag >> 3 == 1) expiry = (long)value;
                    break;
                case 1 when bytes.Length >= 8: bytes = bytes[8..]; break;
                case 2 when Varint(ref bytes, out var size) && size <= (ulong)bytes.Length: bytes = bytes[(int)size..]; break;
                case 5 when bytes.Length >= 4: bytes = bytes[4..]; break;
                default: return null;
            }
        }
        return expiry;
    }

    private static bool Varint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && !bytes.IsEmpty; shift += 7)
        {
            var b = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return true;
        }
        return false;
    }
}
