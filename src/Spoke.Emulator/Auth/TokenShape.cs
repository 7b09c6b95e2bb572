namespace Spoke.Emulator.Auth;

/// <summary>
/// Reads an OAuth access token as HubSpot's server seems to: base64url, then protobuf. Text that happens to parse is taken for a token
/// whose expiry is missing, that is 1970; text that does not parse is no credential at all.
/// </summary>
internal static class TokenShape
{
    private const int DeepestGroup = 100;

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
        return ReadFields(ref bytes, group: 0, depth: 0, ref expiry) ? expiry : null;
    }

    /// <summary>Fields up to the end of the text, or of a group: that of the same number closes it.</summary>
    private static bool ReadFields(ref ReadOnlySpan<byte> bytes, uint group, int depth, ref long expiry)
    {
        if (depth > DeepestGroup) return false;
        while (!bytes.IsEmpty)
        {
            if (!Varint(ref bytes, out var tag)) return false;
            var number = (uint)tag >> 3;   // a tag has 32 bits; what stands beyond does not count
            if (number == 0) return false;
            switch (tag & 7)
            {
                case 0:
                    if (!Varint(ref bytes, out var value)) return false;
                    if (number == 1 && group == 0) expiry = (long)value;
                    break;
                case 1 when bytes.Length >= 8: bytes = bytes[8..]; break;
                case 2 when Varint(ref bytes, out var size) && (uint)size <= (uint)bytes.Length: bytes = bytes[(int)(uint)size..]; break;
                case 3 when ReadFields(ref bytes, number, depth + 1, ref expiry): break;
                case 4: return number == group;
                case 5 when bytes.Length >= 4: bytes = bytes[4..]; break;
                default: return false;
            }
        }
        return group == 0;
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
