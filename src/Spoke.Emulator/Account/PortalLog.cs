using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Account;

/// <summary>
/// Keeps an account on disk: a snapshot, and behind it every changing call in order. A call is answered after it is on disk;
/// calls that wait together share one flush. Playing the calls again from the snapshot gives the same account.
/// A snapshot travels in the same queue as the calls, so it holds exactly those before it.
/// </summary>
internal sealed class PortalLog : IAsyncDisposable
{
    private sealed record Entry(ReadOnlyMemory<byte> Content, bool IsSnapshot, TaskCompletionSource Done);

    private const int CallsPerFlush = 512;
    private const long SmallestRoll = 32L << 20;
    private readonly PortalFolder _folder;
    private readonly Channel<Entry> _queue = Channel.CreateUnbounded<Entry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writer;
    private SafeFileHandle _file;
    private int _generation;
    private long _length;
    private long _rollAt;
    private volatile string? _failure;

    private PortalLog(PortalFolder folder, int generation, ReadOnlyMemory<byte> snapshot)
    {
        _folder = folder;
        folder.WriteSnapshot(generation, snapshot.Span);
        _file = Begin(generation, snapshot.Length);
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Why nothing can be written at present; null when all is well. A snapshot that gets through ends it.</summary>
    public string? Failure => _failure;

    /// <summary>The log has grown to more than the account: a snapshot should take its place.</summary>
    public bool IsLong => Volatile.Read(ref _length) > Volatile.Read(ref _rollAt);

    /// <summary>Loads what the folder holds, then begins a new log behind a new snapshot.</summary>
    /// <exception cref="InvalidDataException">The files are damaged; the message names the place. Nothing was changed.</exception>
    /// <exception cref="IOException">The folder is in use or cannot be written.</exception>
    public static PortalLog Open(PortalFolder folder, Action<ReadOnlyMemory<byte>> load, Action<EmulatorCall> replay, Func<ReadOnlyMemory<byte>> save, Action<string> warn)
    {
        var generation = folder.Newest();
        if (generation > 0)
        {
            Load(folder.Snapshot(generation), load);
            Replay(folder, generation, replay, warn);
        }
        return new PortalLog(folder, generation + 1, save());
    }

    /// <summary>Returns when the call is on disk.</summary>
    public Task AppendAsync(EmulatorCall call) => EnqueueAsync(CallLine.Write(call), isSnapshot: false);

    /// <summary>Begins a new generation with this state, which holds all calls appended so far. Returns when it is on disk.</summary>
    public Task RollAsync(ReadOnlyMemory<byte> snapshot)
    {
        Volatile.Write(ref _rollAt, long.MaxValue);   // until this one is done, no second one
        return EnqueueAsync(snapshot, isSnapshot: true);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        _file.Dispose();
        _folder.Dispose();
    }

    private Task EnqueueAsync(ReadOnlyMemory<byte> content, bool isSnapshot)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.Writer.TryWrite(new Entry(content, isSnapshot, done)) ? done.Task : Task.FromException(new IOException("The emulator's log is closed."));
    }

    private async Task WriteAsync()
    {
        var batch = new List<Entry>();
        var bytes = new ArrayBufferWriter<byte>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < CallsPerFlush && _queue.Reader.TryPeek(out var next) && !next.IsSnapshot && _queue.Reader.TryRead(out next)) batch.Add(next);
            if (batch.Count > 0) Finish(batch, () => WriteCalls(batch, bytes));
            else if (_queue.Reader.TryRead(out var snapshot)) Finish([snapshot], () => Roll(snapshot.Content));
        }
    }

    /// <summary>Whoever waits learns whether it is on disk. After a failure the account in memory is ahead of the log, so only a snapshot may follow.</summary>
    private void Finish(List<Entry> entries, Action write)
    {
        try
        {
            if (_failure is { } earlier && !entries[0].IsSnapshot) throw new IOException(earlier);
            write();
            if (entries[0].IsSnapshot) _failure = null;
            foreach (var entry in entries) entry.Done.TrySetResult();
        }
        catch (Exception failure)   // of any kind: a writer that dies would leave everybody waiting
        {
            _failure = failure.Message;
            foreach (var entry in entries) entry.Done.TrySetException(new IOException(failure.Message, failure));
        }
    }

    private void WriteCalls(List<Entry> batch, ArrayBufferWriter<byte> bytes)
    {
        bytes.ResetWrittenCount();
        foreach (var entry in batch) bytes.Write(entry.Content.Span);
        try
        {
            RandomAccess.Write(_file, bytes.WrittenSpan, _length);
            RandomAccess.FlushToDisk(_file);
        }
        catch
        {
            RandomAccess.SetLength(_file, _length);   // no half line may stay in the middle
            throw;
        }
        Volatile.Write(ref _length, _length + bytes.WrittenCount);
    }

    private void Roll(ReadOnlyMemory<byte> snapshot)
    {
        try
        {
            _folder.WriteSnapshot(_generation + 1, snapshot.Span);
        }
        catch
        {
            Volatile.Write(ref _rollAt, _length + SmallestRoll);
            throw;
        }
        var old = _file;
        _file = Begin(_generation + 1, snapshot.Length);
        old.Dispose();
    }

    /// <summary>The empty log of a generation whose snapshot is written.</summary>
    private SafeFileHandle Begin(int generation, int snapshotLength)
    {
        using (new FileStream(_folder.Log(generation), PortalFolder.ForOwner(FileMode.Create, FileAccess.Write))) { }
        var file = File.OpenHandle(_folder.Log(generation), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        _generation = generation;
        _length = 0;
        Volatile.Write(ref _rollAt, Math.Max(SmallestRoll, 2L * snapshotLength));
        _folder.DeleteOlder(generation);
        return file;
    }

    /// <exception cref="InvalidDataException">The file is not what was written; the message names it.</exception>
    public static void Load(string snapshot, Action<ReadOnlyMemory<byte>> load)
    {
        try
        {
            load(File.ReadAllBytes(snapshot));
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or CrmRefusal)
        {
            throw new InvalidDataException($"{snapshot} is damaged: {damage.Message} Put a copy back, or move all files of the folder away to begin with an empty account.", damage);
        }
    }

    private static void Replay(PortalFolder folder, int generation, Action<EmulatorCall> replay, Action<string> warn)
    {
        var path = folder.Log(generation);
        if (!File.Exists(path)) return;   // stopped between the snapshot and its log
        ReadOnlyMemory<byte> rest = File.ReadAllBytes(path);
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            if (end < 0)
            {
                PortalFolder.WriteWhole(folder.Torn(generation), rest.Span);
                warn($"The last call in {path} was cut off when the emulator was stopped; it had not been answered. It is dropped, and its text is kept in {folder.Torn(generation)}.");
                return;
            }
            try
            {
                replay(CallLine.Read(rest[..end]));
            }
            catch (Exception damage) when (damage is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException($"{path} is damaged in line {number}: {damage.Message} Put a copy back, or cut the file before this line.", damage);
            }
            rest = rest[(end + 1)..];
        }
    }
}
