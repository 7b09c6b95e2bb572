using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>
/// Names of properties, one text for each: the same few dozen stand in every record, and a text anew for each would be half of what a record takes.
/// Of fixed size: a name that falls on another's place takes it. Two threads at one place both come by the right text, at worst by two of it.
/// </summary>
internal static class NameTable
{
    private const int Places = 2048;
    private const int Longest = 100;   // HubSpot's limit for the name of a property
    private static readonly string?[] s_names = new string?[Places];

    public static string Of(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        if (name.Length > Longest || !Ascii.IsValid(name) || name.Contains((byte)'\\')) return member.Name;
        ref var place = ref s_names[Hash(name) % Places];
        var known = place;
        return known is not null && Ascii.Equals(name, known) ? known : place = member.Name;
    }

    // By its length and both ends, where names that stand in one record differ.
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        var hash = (ulong)name.Length;
        if (name.Length >= sizeof(ulong)) hash ^= (MemoryMarshal.Read<ulong>(name) * 0x9E3779B97F4A7C15) ^ BitOperations.RotateLeft(MemoryMarshal.Read<ulong>(name[^sizeof(ulong)..]) * 0xC2B2AE3D27D4EB4F, 31);
        else
            foreach (var letter in name) hash = (hash ^ letter) * 0x9E3779B97F4A7C15;
        return (uint)(hash >> 32);
    }
}
