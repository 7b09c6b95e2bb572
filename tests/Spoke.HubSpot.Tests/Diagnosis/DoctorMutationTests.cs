using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>
/// Whatever it is given, the doctor answers, and soon. The seed is fixed; what fails or is slow is written to standard error with seed, round and input.
/// SPOKE_FUZZ_ROUNDS and SPOKE_FUZZ_SEED in the environment ask for more rounds or others, SPOKE_FUZZ_ROUND for one alone.
/// </summary>
public sealed class DoctorMutationTests
{
    private static readonly string[] s_pieces = ["\"", "'", "\\", "`", "^", "$", "${", "$(", "{{", "}}", "@{", "\r", "\n", "\0", "\u00A0", "\uFEFF", "\uD83D", "\u201C", "%", "=", ":", "HTTP/1.1 401 x\n", "curl ", " -H ", "Bearer ", "{", "}", "[", "]", "###\n", "> ", "&", "#", "/*", "pat-na1-", "2026-11-25T12:00:00Z ", "Authorization", "\"log\":", "items:", "\n  - ", "vars {\n", "://", "//", "/", "?", ",", "null", "\\u00"];

    private static readonly IReadOnlyList<string> s_corpus = [.. DoctorExampleTests.Examples.Select(e => e.Text), .. CollectionTests.Fixtures, .. HarTests.Fixtures, .. LogTests.Fixtures, .. PastedErrorTests.Fixtures, .. Healthy.Select(h => h.Text)];

    private static IEnumerable<(string Name, string Text)> Healthy => DoctorHealthyTests.Rows().Concat(ProgramHealthyTests.Rows()).Select(row => (row.Data.Item1, row.Data.Item2));

    [Fact]
    public void Broken_input_never_breaks_the_doctor()
    {
        var seed = Number("SPOKE_FUZZ_SEED", 20261125);
        var only = Number("SPOKE_FUZZ_ROUND", -1);
        var rounds = only >= 0 ? only + 1 : Number("SPOKE_FUZZ_ROUNDS", 4000);
        var clock = new FakeTimeProvider(Example.Now);
        var failures = new List<string>();
        for (var round = Math.Max(0, only); round < rounds && failures.Count < 20; round++)
        {
            var bytes = Input(seed, round);
            try
            {
                if (Examined(bytes, clock, round) < 1000) continue;
                Tell($"slower than a second: seed {seed}, round {round}, input (base64): {Convert.ToBase64String(bytes)}");
                // The machine may have been busy: what is slow is slow again.
                if (Examined(bytes, clock, round) >= 1000 && Examined(bytes, clock, round) >= 1000) failures.Add($"Seed {seed}, round {round}: slower than a second, three times.\nInput (base64): {Convert.ToBase64String(bytes)}");
            }
            catch (Exception fault)
            {
                failures.Add($"Seed {seed}, round {round}: {fault}\nInput (base64): {Convert.ToBase64String(bytes)}");
                Tell(failures[^1]);
            }
        }
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    /// <summary>At once: whoever lets a million rounds run does not wait for their end.</summary>
    private static void Tell(string text) => Console.Error.WriteLine(text);

    /// <summary>A round's own input, so that it can be had again without those before it.</summary>
    private static byte[] Input(int seed, int round)
    {
        var random = new Random(unchecked(seed * 397 ^ round * 7919));
        var text = s_corpus[random.Next(s_corpus.Count)];
        for (var change = random.Next(1, 6); change > 0; change--) text = Mutated(text, random);
        if (random.Next(8) == 0) text += s_corpus[random.Next(s_corpus.Count)];
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && random.Next(4) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    [Fact]
    public void What_does_not_matter_to_the_call_never_makes_a_cause_certain()
    {
        var random = new Random(Number("SPOKE_FUZZ_SEED", 20261125));
        var clock = new FakeTimeProvider(Example.Now);
        foreach (var (name, healthy) in Healthy)
            for (var round = 0; round < 6; round++)
            {
                var text = healthy;
                foreach (var (from, to) in Irrelevant(random)) text = random.Next(3) == 0 ? text.Replace(from, to, StringComparison.Ordinal) : text;
                if (random.Next(3) == 0) text = new string('\n', random.Next(1, 4)) + text;
                if (random.Next(3) == 0 && !healthy.StartsWith("pat-", StringComparison.Ordinal)) text += "\n\n";
                var diagnosis = Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text), clock);
                Assert.True(!diagnosis.Findings.Any(f => f.Confidence == Confidence.Certain), $"{name}:\n{text}\n{diagnosis}");
            }
    }

    /// <summary>Found by a million rounds.</summary>
    [Theory]
    [InlineData("Invoke-RestMethod -Uri 'https://api.hubapi.com/crm/v3/objects/contacts' -Headers @{ Authorization =\u00A0\u00A0\u00A0 'Bearer: pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d' }")]
    public void What_once_broke_the_doctor_is_answered(string text) => Assert.NotNull(Doctor.ExamineRequest(Encoding.UTF8.GetBytes(text), new FakeTimeProvider(Example.Now)).ToString());

    [Theory]
    [InlineData("import requests\nrequests.get(")]
    [InlineData("{")]
    [InlineData("fetch('https://api.hubapi.com/crm/v3/objects/contacts', {headers: ")]
    [InlineData("curl -H \"Authorization: Bearer ")]
    [InlineData("Authorization: ")]
    [InlineData("x = y = ")]
    [InlineData("a(b, c[")]
    public void What_repeats_without_end_is_answered_in_time(string piece)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length)));
        // Processor time of this thread's work: other tests run beside it. A quadratic pass would take minutes.
        var watch = Stopwatch.StartNew();
        Assert.NotNull(Doctor.ExamineRequest(text, new FakeTimeProvider(Example.Now)).ToString());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed.TotalSeconds:0.0} s");
    }

    private static long Examined(byte[] bytes, TimeProvider clock, int round)
    {
        var watch = Stopwatch.StartNew();
        var diagnosis = Doctor.ExamineRequest(bytes, clock);
        var took = watch.ElapsedMilliseconds;
        Assert.NotNull(diagnosis.ToString());
        using var json = System.Text.Json.JsonDocument.Parse(diagnosis.ToJson());
        if (round % 4 == 0)
        {
            using var sarif = System.Text.Json.JsonDocument.Parse(diagnosis.ToSarif());
            Assert.NotNull(Doctor.ExamineResponse(bytes, clock).ToString());
        }
        return took;
    }

    private static IEnumerable<(string From, string To)> Irrelevant(Random random)
    {
        yield return ("limit=10", "limit=" + random.Next(1, 100).ToString(CultureInfo.InvariantCulture));
        yield return ("a@example.com", $"user{random.Next(1000)}+tag@sub.example.org");
        yield return ("objects/contacts", "objects/" + new[] { "companies", "deals", "tickets", "products" }[random.Next(4)]);
        yield return (Example.Pat, $"pat-{new[] { "na1", "eu1", "na2" }[random.Next(3)]}-{Guid.NewGuid():D}");
        yield return ("HUBSPOT_TOKEN", "MY_HS_" + random.Next(100).ToString(CultureInfo.InvariantCulture));
        yield return ("Accept: application/json", "Accept: */*");
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static string Mutated(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var length = random.Next(Math.Min(12, text.Length - at + 1));
        return random.Next(6) switch
        {
            0 => text[..at] + text[(at + length)..],
            1 => text[..at] + s_pieces[random.Next(s_pieces.Length)] + text[at..],
            2 => text[..at] + text.Substring(at, length) + text[at..],
            3 => random.Next(3) == 0 ? text[..at] : text,
            4 => text[..at] + string.Concat(Enumerable.Repeat(s_pieces[random.Next(s_pieces.Length)], random.Next(1, 40))) + text[at..],
            _ => text[..at] + s_pieces[random.Next(s_pieces.Length)] + text[(at + length)..],
        };
    }
}
