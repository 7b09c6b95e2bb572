using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.Diagnosis;

/// <summary>Whatever it is given, the doctor answers. The seed is fixed; the input that fails is in the message.</summary>
public sealed class DoctorMutationTests
{
    private static readonly string[] s_pieces = ["\"", "'", "\\", "`", "^", "$", "${", "$(", "{{", "}}", "@{", "\r", "\n", "\0", "\u00A0", "\uFEFF", "\uD83D", "\u201C", "%", "=", ":", "HTTP/1.1 401 x\n", "curl ", " -H ", "Bearer ", "{", "}", "###\n", "> ", "&", "#", "/*", "pat-na1-"];

    [Fact]
    public void Broken_input_never_breaks_the_doctor()
    {
        var random = new Random(20261125);
        var clock = new FakeTimeProvider(Example.Now);
        for (var round = 0; round < 3000; round++)
        {
            var text = DoctorExampleTests.Examples[random.Next(DoctorExampleTests.Examples.Count)].Text;
            for (var change = random.Next(1, 5); change > 0; change--) text = Mutated(text, random);
            var bytes = Encoding.UTF8.GetBytes(text);
            if (bytes.Length > 0 && random.Next(4) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                var diagnosis = Doctor.ExamineRequest(bytes, clock);
                Assert.NotNull(diagnosis.ToString());
                using var json = System.Text.Json.JsonDocument.Parse(diagnosis.ToJson());
                if (round % 4 == 0) Assert.NotNull(Doctor.ExamineResponse(bytes, clock).ToString());
            }
            catch (Exception fault)
            {
                Assert.Fail($"Round {round}: {fault}\nInput (base64): {Convert.ToBase64String(bytes)}");
            }
        }
    }

    private static string Mutated(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var length = random.Next(Math.Min(12, text.Length - at + 1));
        return random.Next(5) switch
        {
            0 => text[..at] + text[(at + length)..],
            1 => text[..at] + s_pieces[random.Next(s_pieces.Length)] + text[at..],
            2 => text[..at] + text.Substring(at, length) + text[at..],
            3 => text[..at],
            _ => text[..at] + s_pieces[random.Next(s_pieces.Length)] + text[(at + length)..],
        };
    }
}
