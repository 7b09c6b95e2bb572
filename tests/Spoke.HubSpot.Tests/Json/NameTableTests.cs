using System.Text.Json;

namespace Spoke.HubSpot.Tests.Json;

public sealed class NameTableTests
{
    [Fact]
    public void Every_name_comes_out_as_it_stands_and_a_known_one_as_the_same_text()
    {
        var names = Enumerable.Range(0, 20_000).Select(i => $"property_{i}").ToList();   // ten for each place
        Assert.Equal(names, Read(JsonSerializer.Serialize(names.ToDictionary(name => name, _ => "x"))));
        const string odd = """{"na\u006de":"1","grösse":"2","":"3","a\"b":"4"}""";
        Assert.Equal(["name", "grösse", "", "a\"b"], Read(odd));
        var longName = new string('n', 101);
        Assert.Equal([longName], Read($$"""{"{{longName}}":"1"}"""));
        Assert.Same(Read("""{"firstname":"Ada"}""")[0], Read("""{"firstname":"Bob"}""")[0]);
    }

    [Fact]
    public void A_record_is_read_whatever_the_order_of_its_members()
    {
        var record = Record("""{"n\u0065w":true,"extra":{"id":"9"},"properties":{"amount":5,"email":null,"name":"Ada"},"archived":true,"updatedAt":"2026-01-02T00:00:00Z","objectWriteTraceId":"7","createdAt":"2026-01-01T00:00:00Z","associations":{"deals":{"results":[{"id":3,"type":"a"}]}},"id":12}""");
        Assert.Equal(("12", "7", true, true, "5", null, "Ada"), (record.Id.Value, record.TraceId, record.IsNew, record.Archived, record["amount"], record["email"], record["name"]));
        Assert.Equal((new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)), (record.CreatedAt, record.UpdatedAt));
        Assert.Equal(new AssociatedRecord("3", "a"), Assert.Single(record.Associations["deals"]));
        var bare = Record("""{"id":"1","properties":[],"associations":null,"new":null,"createdAt":"soon"}""");
        Assert.True(bare is { Properties.Count: 0, Associations.Count: 0, IsNew: null, TraceId: null, Archived: false } && bare.CreatedAt == default);
    }

    private static CrmRecord Record(string json)
    {
        using var document = JsonDocument.Parse(json);
        return CrmJson.ReadRecord(document.RootElement);
    }

    private static List<string> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(NameTable.Of)];
    }
}
