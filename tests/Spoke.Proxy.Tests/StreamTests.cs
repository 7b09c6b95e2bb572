using System.Net;
using System.Text;

namespace Spoke.Proxy.Tests;

public sealed class StreamTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_answer_reaches_the_caller_while_the_rest_of_it_is_still_to_come()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var portal = await ScriptedPortal.StartAsync(async context =>
        {
            context.Response.ContentType = "text/csv";
            await context.Response.Body.WriteAsync("first"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.Body.WriteAsync("second"u8.ToArray());
        });
        using var answer = await portal.Http.GetAsync("/files/v3/export", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var first = new byte[5];
        await body.ReadExactlyAsync(first, TestContext.Current.CancellationToken);
        Assert.Equal("first", Encoding.ASCII.GetString(first));
        go.SetResult();
        using var rest = new StreamReader(body);
        Assert.Equal("second", await rest.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_long_body_reaches_the_portal_while_the_caller_is_still_sending()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var total = 0L;
        await using var portal = await ScriptedPortal.StartAsync(async context =>
        {
            var buffer = new byte[64 * 1024];
            while (await context.Request.Body.ReadAsync(buffer) is var got and > 0)
            {
                total += got;
                begun.TrySetResult();
            }
        }, options => options.RepeatableBodyBytes = 1000);
        using var answer = await portal.Http.PostAsync("/files/v3/files", new TwoParts(begun.Task), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(200_000, total);
    }

    [Fact]
    public async Task Half_a_gigabyte_goes_through_in_constant_memory()
    {
        const long Length = 512L * 1024 * 1024;
        const long Step = Length / 16;
        var (total, most) = (0L, 0L);
        await using var portal = await ScriptedPortal.StartAsync(async context =>
        {
            var buffer = new byte[256 * 1024];
            while (await context.Request.Body.ReadAsync(buffer) is var got and > 0)
            {
                total += got;
                if (total / Step == (total - got) / Step) continue;
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));   // what is held: how much garbage lies about is the collector's own choice
            }
        });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var answer = await portal.Http.PostAsync("/crm/v3/imports", new StreamContent(new Zeroes(Length)), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Length, total);
        Assert.True(most - before < 64 * 1024 * 1024, $"{(most - before) / 1024 / 1024} MiB more than before");
    }

    [Fact]
    public async Task A_caller_who_leaves_takes_the_call_to_the_portal_along()
    {
        var (asked, left) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var portal = await ScriptedPortal.StartAsync(async context =>
        {
            using var gone = context.RequestAborted.Register(left.SetResult);
            asked.SetResult();
            await left.Task;
        });
        using var leaving = new CancellationTokenSource();
        var call = portal.Http.GetAsync("/crm/v3/objects/contacts", leaving.Token);
        await asked.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await left.Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_breaks_off_for_the_caller_as_well()
    {
        await using var portal = await ScriptedPortal.StartAsync(async context =>
        {
            context.Response.ContentLength = 1_000_000;
            await context.Response.Body.WriteAsync(new byte[400_000]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await Assert.ThrowsAsync<HttpRequestException>(() => portal.Http.GetByteArrayAsync("/files/v3/export", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Http2_is_spoken_on_a_port_of_its_own()
    {
        await using var scene = await ProxyScene.StartAsync(options => options.Http2Port = 0);
        using var http = new HttpClient { BaseAddress = scene.Proxy.Http2Url, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken)));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version)));
    }

    private sealed class TwoParts(Task seen) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[100_000]);
            await stream.FlushAsync();
            await seen.WaitAsync(s_patience);   // the portal has seen the first part before the second is sent
            await stream.WriteAsync(new byte[100_000]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 200_000;
            return true;
        }
    }

    /// <summary>A file that takes no space.</summary>
    private sealed class Zeroes(long length) : Stream
    {
        private long _at;
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _at; set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - _at);
            _at += read;
            return read;
        }
    }
}
