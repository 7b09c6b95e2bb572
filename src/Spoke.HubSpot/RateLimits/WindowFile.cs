using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Spoke.HubSpot;

/// <summary>
/// A <see cref="WindowState"/> in a file that several processes change in turn. The file's lock is the kernel's and ends with whoever holds it.
/// It has two halves, each with a number and a checksum, written in turn: who dies in the middle of a write leaves the other half as it was.
/// Where the file cannot be read or written, or somebody has held it for half a minute (a process that was stopped), this process goes on alone
/// from what it last read, and tries again after a while.
/// </summary>
internal sealed class WindowFile(string path, TimeProvider time, Action<string> warn)
{
    private const int HalfSize = 32 * 1024;
    private const int HeaderSize = 8 + 4 + 32;   // number, length, SHA-256
    private const long PatienceMs = 50;
    private const long LongestHeldMs = 30_000;
    private const long AloneMs = 5_000;
    private static readonly ConcurrentDictionary<string, Lock> s_gates = new(StringComparer.Ordinal);   // threads of one process do not meet at the file
    private readonly Lock _gate = s_gates.GetOrAdd(path, _ => new Lock());
    private WindowState _last = new();
    private long _aloneUntil;
    private long? _heldSince;

    public string Path => path;

    /// <summary>Reads the state, lets it be changed, writes it.</summary>
    /// <returns>False when another process had the file all the while: nothing was changed, look again soon.</returns>
    public bool Update(Action<WindowState> change)
    {
        lock (_gate)
        {
            if (Now < _aloneUntil)
            {
                change(_last);
                return true;
            }
            FileStream? file = null;
            try
            {
                file = Open();
                if (file is null && Now - (_heldSince ??= Now) < LongestHeldMs) return false;
                if (file is null) throw new IOException($"another process has held {path} for half a minute");
                _heldSince = null;
                var (state, number, half) = Read(file);
                _last = state;
                change(state);
                Write(file, state.ToBytes(), number + 1, 1 - half);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                if (file is null) change(_last);   // else it was changed and could not be written
                _aloneUntil = Now + AloneMs;
                warn(failure.Message.TrimEnd('.'));
            }
            finally
            {
                file?.Dispose();
            }
            return true;
        }
    }

    private long Now => time.GetTimestamp() / (time.TimestampFrequency / 1000);

    private FileStream? Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var began = TimeProvider.System.GetTimestamp();   // others' steps take real time, whatever clock the window goes by
        for (var spin = new SpinWait(); ; spin.SpinOnce())
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException held) when (IsHeld(held))
            {
                if (TimeProvider.System.GetElapsedTime(began).TotalMilliseconds >= PatienceMs) return null;
            }
    }

    // Windows: sharing and lock violation. Elsewhere the kernel's EAGAIN, 11 on Linux and 35 on macOS.
    private static bool IsHeld(IOException failure) => (failure.HResult & 0xFFFF) is var code && (OperatingSystem.IsWindows() ? code is 32 or 33 : code is 11 or 35);

    private static (WindowState State, long Number, int Half) Read(FileStream file)
    {
        var bytes = new byte[2 * HalfSize];
        var read = RandomAccess.Read(file.SafeFileHandle, bytes, 0);
        var halves = Enumerable.Range(0, 2).Select(half => (Half: half, Read: Half(bytes.AsSpan(0, read), half))).Where(half => half.Read is not null).ToList();
        if (halves.Count == 0) return (new WindowState(), 0, 1);
        var newest = halves.MaxBy(half => half.Read!.Value.Number);
        return (newest.Read!.Value.State, newest.Read.Value.Number, newest.Half);
    }

    private static (WindowState State, long Number)? Half(ReadOnlySpan<byte> bytes, int half)
    {
        if (bytes.Length < half * HalfSize + HeaderSize) return null;
        bytes = bytes[(half * HalfSize)..];
        var (number, length) = (BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));
        if (number <= 0 || length <= 0 || length > HalfSize - HeaderSize || bytes.Length < HeaderSize + length) return null;
        var payload = bytes.Slice(HeaderSize, length);
        return Checksum(number, payload).AsSpan().SequenceEqual(bytes.Slice(12, 32)) ? (WindowState.FromBytes(payload), number) : null;
    }

    private static void Write(FileStream file, byte[] payload, long number, int half)
    {
        if (payload.Length > HalfSize - HeaderSize) throw new IOException("more processes share this limit than the file has room for");
        var bytes = new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), payload.Length);
        Checksum(number, payload).CopyTo(bytes, 12);
        payload.CopyTo(bytes, HeaderSize);
        RandomAccess.Write(file.SafeFileHandle, bytes, half * HalfSize);
    }

    private static byte[] Checksum(long number, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(head, number);
        return SHA256.HashData([.. head, .. payload]);
    }
}
