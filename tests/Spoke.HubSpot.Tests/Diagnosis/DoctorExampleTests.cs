using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Spoke.HubSpot.Tests.Diagnosis;

public sealed class DoctorExampleTests
{
    internal static readonly IReadOnlyList<Example> Examples = [.. HeaderExamples.All, .. ValueExamples.All, .. CredentialExamples.All, .. AddressExamples.All, .. ProgramExamples.All];

    public static TheoryData<int, string> Rows()
    {
        var rows = new TheoryData<int, string>();
        for (var i = 0; i < Examples.Count; i++) rows.Add(i, Examples[i].ToString());
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_right_cause_comes_first(int index, string name)
    {
        var example = Examples[index];
        var diagnosis = Doctor.ExamineRequest(Encoding.UTF8.GetBytes(example.Text), new FakeTimeProvider(Example.Now));
        Assert.True(diagnosis.Unreadable is null, $"{name}: {diagnosis.Unreadable}");
        Assert.True(diagnosis.Findings.Count > 0, $"{name}: nothing was found.\n{diagnosis}");
        var first = diagnosis.Findings[0];
        Assert.True(first.Id == example.Cause, $"{name}: {first.Id} came first.\n{diagnosis}");
        Assert.True(first.Confidence >= example.AtMost, $"{name}: {first.Confidence} claims more than {example.AtMost}.\n{diagnosis}");
        Assert.True(diagnosis.Verdict != Verdict.Healthy && (example.AtMost != Confidence.Certain || first.Confidence == Confidence.Certain), $"{name}: {diagnosis}");
        Assert.DoesNotContain(example.Cause, diagnosis.RuledOut.Select(r => r.Id));
        Assert.All(diagnosis.Findings, finding => Assert.NotEmpty(finding.Evidence));
        ShowsNoSecret(diagnosis, name);
    }

    [Fact]
    public void Every_cause_of_the_first_three_sections_has_two_examples_or_more()
    {
        var counted = Examples.GroupBy(e => e.Cause).ToDictionary(g => g.Key, g => g.Count());
        var few = Causes.All.Select(c => c.Id).Where(id => id[0] is 'H' or 'V' or 'K' && id != "H13" && counted.GetValueOrDefault(id) < 2).ToList();
        Assert.True(few.Count == 0, "Give these two examples each: " + string.Join(' ', few));
    }

    internal static void ShowsNoSecret(HubSpot.Diagnosis diagnosis, string name)
    {
        var shown = diagnosis.ToString() + diagnosis.ToJson() + string.Join('\n', diagnosis.Corrected is { } c ? [c.Curl, c.Python, c.JavaScript, c.CSharp] : []);
        foreach (var part in new[] { "1b2c3d4e-5f60", "5f60-4a7b", "4a7b-8c9d", "0e1f2a3b4c5d", "5f604a7b8c9d" })
            Assert.False(shown.Contains(part, StringComparison.Ordinal), $"{name} shows {part}:\n{shown}");
    }
}
