using System.Text;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Spoke.Emulator.Auth;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>Which strings are taken for an expired token and which for none, judged by the reader of the format's own makers.</summary>
public sealed class TokenShapeTests
{
    // Characters of tokens, and some that are not; short texts, since long random ones seldom parse.
    private static readonly Gen<string> Text = Gen.Char["ABCIMQYaeghkoZ0189-_+/. $"].Array[1, 12].Select(letters => new string(letters));
    private static readonly Gen<string> Base64 = Gen.Byte.Array[1, 40].Select(Encode);
    private static readonly Gen<byte[]> Field = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 7], Gen.Byte.Array[0, 12], (number, kind, rest) => (byte[])[.. Tag(number, kind), .. rest]);
    private static readonly Gen<string> NearlyMessages = Field.Array[1, 4].Select(fields => Encode([.. fields.SelectMany(field => field)]));

    [Fact]
    public void Exactly_what_parses_is_a_token()
    {
        var parsed = 0;
        Gen.OneOf(Text, Base64, NearlyMessages).Sample(text =>
        {
            var expected = Parses(text);
            if (expected) Interlocked.Increment(ref parsed);
            return TokenShape.Expiry(text) is not null == expected;
        }, iter: 100_000, threads: 1);
        Assert.True(parsed > 1_000, $"{parsed} of the texts parse: the test has nothing to tell apart");
    }

    [Fact]
    public void Only_field_one_is_an_expiry() => Gen.Long[1, long.MaxValue].Sample(expiry =>
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory))
        {
            output.WriteTag(3, WireFormat.WireType.Varint);
            output.WriteInt64(62515);
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt64(expiry);
        }
        return TokenShape.Expiry(Encode(memory.ToArray())) == expiry;
    });

    [Theory]
    [InlineData("access-token", true)]          // HubSpot/hubspot-api-php#363
    [InlineData("thisisatesttoken", false)]     // the same thread
    [InlineData("MY_TOKEN", false)]
    [InlineData("None", false)]
    [InlineData("null", false)]
    [InlineData("test", false)]
    [InlineData("undefined", false)]
    [InlineData("CiRldTEtMDEyMy00NTY3LTg5YWItY2RlZi0wMTIzNDU2Nzg5YWI", true)]   // a command line key: a text in field 1
    public void Strings_on_record(string text, bool token) => Assert.Equal(token, TokenShape.Expiry(text) is not null);

    [Fact]
    public async Task Door_answers_by_it()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var random = new Random(20261125);
        var seen = new HashSet<string>();
        for (var i = 0; i < 400; i++)
        {
            var text = Encode(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(0, 64)).ToArray());
            var reply = (await emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, "Bearer " + text)).Expect(401);
            Assert.True(reply.Category == (Parses(text) ? "EXPIRED_AUTHENTICATION" : "INVALID_AUTHENTICATION"), $"{text}: {reply.Text}");
            seen.Add(reply.Category);
        }
        Assert.Equal(2, seen.Count);
    }

    private static bool Parses(string text)
    {
        try
        {
            var padded = text.Replace('-', '+').Replace('_', '/');
            var bytes = Convert.FromBase64String(padded + new string('=', (4 - padded.Length % 4) % 4));
            if (padded.Contains(' ', StringComparison.Ordinal) || bytes.Length == 0) return false;   // the base class library skips white space
            Empty.Parser.ParseFrom(bytes);
            return true;
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Tag(int number, int kind)
    {
        var tag = (number << 3) | kind;
        return tag < 0x80 ? [(byte)tag] : [(byte)(tag & 0x7f | 0x80), (byte)(tag >> 7)];
    }
}
