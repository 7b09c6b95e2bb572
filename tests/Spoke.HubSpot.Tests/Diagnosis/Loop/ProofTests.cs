namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>By what each cause is proved stands in data/proofs.tsv, from which docs/errors.md takes it; here that list is held against what is really played.</summary>
public sealed class ProofTests
{
    private static Dictionary<string, (string By, string Note)> Listed() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Diagnosis", "Loop", "proofs.tsv")).Skip(1).Select(line => line.Split('\t')).ToDictionary(row => row[0], row => (row[1], row[2]));

    [Fact]
    public void Every_cause_is_proved_or_says_why_it_cannot_be()
    {
        var listed = Listed();
        Assert.Equal(Causes.All.Select(cause => cause.Id).Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        Assert.All(listed.Where(proof => proof.Value.By == "unplayable"), proof => Assert.NotEmpty(proof.Value.Note));
        Assert.All(listed.Values, proof => Assert.Contains(proof.By, (string[])["recording", "source", "delivery", "live", "proxy", "unplayable"]));
    }

    [Fact]
    public void What_is_listed_as_played_is_played()
    {
        var played = SourceLoopTests.Causes.ToDictionary();
        foreach (var mistake in Mistakes.All) played[mistake.Cause] = mistake.Live is null ? "recording" : "live";
        // What the proxy refuses by itself is shown to the doctor in the proxy's own tests.
        Assert.Equal(played.OrderBy(p => p.Key, StringComparer.Ordinal), Listed().Where(p => p.Value.By is not ("unplayable" or "proxy")).Select(p => KeyValuePair.Create(p.Key, p.Value.By)).OrderBy(p => p.Key, StringComparer.Ordinal));
    }
}
