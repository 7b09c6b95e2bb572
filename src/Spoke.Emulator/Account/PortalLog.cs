using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Account;

/// <summary>
/// Keeps an account on disk: a snapshot, and behind it every changing call in order. A call is answered after it is on disk;
/// calls that wait together share one flush. Playing the calls again from the snapshot gives the same account.
/// Snapshot and log of one generation belong together by their number, so a stop between writing the two cannot mix them.
/// </summary>
internal sealed class PortalLog : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Channel<(byte[] Line, TaskCompletionSource Done)> _queue = Channel.CreateUnbounded<(byte[], TaskCompletionSource)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _writer;
    private FileStream _file;
    private int _generation;

    private PortalLog(string folder, int generation, Action<Stream> save)
    {
        _folder = folder;
        _generation = generation;
        WriteSnapshot(folder, generation, save);
        _file = OpenLog(folder, generation);
        DeleteOthers(folder, generation);
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Loads what the folder holds, then begins a new log behind a new snapshot.</summary>
    /// <exception cref="InvalidDataException">The files are damaged; the message names the place.</exception>
    /// <exception cref="IOException">The folder is in use or cannot be written.</exception>
    public static PortalLog Open(string folder, Action<Stream> load, Action<EmulatorCall> replay, Action<Stream> save, Action<string> warn)
    {
        Directory.CreateDirectory(folder);
        var generation = Generations(folder).DefaultIfEmpty(0).Max();
        if (generation > 0)
        {
            var snapshot = SnapshotPath(folder, generation);
            try
            {
                using var stream = File.OpenRead(snapshot);
                load(stream);
            }
            catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new InvalidDataException($"{snapshot} is damaged: {damage.Message} Move the file away to begin with an empty account, or put a copy back.", damage);
            }
            using var log = OpenLog(folder, generation);
            Replay(log, replay, warn);
        }
        return new PortalLog(folder, generation + 1, save);
    }

    /// <summary>The account became another one other than by a call: begins a new generation.</summary>
    public async Task RollAsync(Action<Stream> save, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            WriteSnapshot(_folder, ++_generation, save);
            await _file.DisposeAsync().ConfigureAwait(false);
            _file = OpenLog(_folder, _generation);
            DeleteOthers(_folder, _generation);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Returns when the call is on disk.</summary>
    public Task AppendAsync(EmulatorCall call)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.Writer.TryWrite((Line(call), done)) ? done.Task : Task.FromException(new IOException("The emulator's log is closed."));
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
    }

    private static string SnapshotPath(string folder, int generation) => Path.Combine(folder, $"portal-{generation:D8}.json");

    private static FileStream OpenLog(string folder, int generation) =>
        new(Path.Combine(folder, $"calls-{generation:D8}.log"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static IEnumerable<int> Generations(string folder) =>
        Directory.GetFiles(folder, "portal-*.json").Select(file => int.TryParse(Path.GetFileNameWithoutExtension(file)["portal-".Length..], out var n) ? n : 0);

    private static void WriteSnapshot(string folder, int generation, Action<Stream> save)
    {
        var fresh = SnapshotPath(folder, generation) + ".new";
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            save(stream);
            stream.Flush(flushToDisk: true);
        }
        File.Move(fresh, SnapshotPath(folder, generation), overwrite: true);
    }

    private static void DeleteOthers(string folder, int generation)
    {
        foreach (var file in Directory.GetFiles(folder, "portal-*.json").Concat(Directory.GetFiles(folder, "calls-*.log")))
            if (!Path.GetFileNameWithoutExtension(file).EndsWith($"-{generation:D8}", StringComparison.Ordinal)) File.Delete(file);
    }

    private async Task WriteAsync()
    {
        var batch = new List<TaskCompletionSource>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            await _writing.WaitAsync().ConfigureAwait(false);
            try
            {
                while (batch.Count < 512 && _queue.Reader.TryRead(out var item))
                {
                    batch.Add(item.Done);
                    await _file.WriteAsync(item.Line).ConfigureAwait(false);
                }
                _file.Flush(flushToDisk: true);
                foreach (var done in batch) done.TrySetResult();
            }
            catch (IOException failure)
            {
                foreach (var done in batch) done.TrySetException(failure);   // nobody may believe that it was kept
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    private static void Replay(FileStream file, Action<EmulatorCall> replay, Action<string> warn)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            EmulatorCall call;
            try
            {
                call = Read(line);
            }
            catch (Exception torn) when (torn is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
            {
                if (!reader.EndOfStream) throw new InvalidDataException($"{file.Name}, line {number} is damaged, and there are lines behind it. Put a copy back, or cut the file before this line.", torn);
                warn($"The last call in {file.Name} was cut off when the emulator was stopped; it had not been answered and is dropped.");
                return;
            }
            replay(call);
        }
    }

    private static byte[] Line(EmulatorCall call)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("method", call.Method);
            json.WriteStartArray("path");
            foreach (var segment in call.Segments) json.WriteStringValue(segment);
            json.WriteEndArray();
            json.WriteStartArray("query");
            foreach (var (name, value) in call.Query)
            {
                json.WriteStringValue(name);
                json.WriteStringValue(value);
            }
            json.WriteEndArray();
            json.WriteNumber("at", call.At.UtcTicks);
            json.WriteNumber("hub", call.Caller.HubId);
            json.WriteNumber("app", call.Caller.AppId);
            json.WriteNumber("user", call.Caller.UserId);
            json.WriteBase64String("body", call.Body.Span);
            json.WriteEndObject();
        }
        memory.WriteByte((byte)'\n');
        return memory.ToArray();
    }

    private static EmulatorCall Read(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var query = root.GetProperty("query").EnumerateArray().Select(q => q.GetString()!).Chunk(2).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1])).ToList();
        return new EmulatorCall
        {
            Method = root.GetProperty("method").GetString()!,
            Segments = [.. root.GetProperty("path").EnumerateArray().Select(s => s.GetString()!)],
            Query = query,
            At = new DateTimeOffset(root.GetProperty("at").GetInt64(), TimeSpan.Zero),
            Caller = new Caller(root.GetProperty("hub").GetInt64(), root.GetProperty("app").GetInt64(), root.GetProperty("user").GetInt64(), new HashSet<string>(), ""),
            Body = root.GetProperty("body").GetBytesFromBase64(),
        };
    }
}
