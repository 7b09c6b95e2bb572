using Microsoft.Kiota.Abstractions.Extensions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace Spoke.Bench.Clients;

/// <summary>Properties by name: in the description an object whose further members are texts.</summary>
internal sealed class KiotaProperties : IAdditionalDataHolder, IParsable
{
    public IDictionary<string, object> AdditionalData { get; set; } = new Dictionary<string, object>();

    public static KiotaProperties Create(IParseNode node) => new();

    public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => new Dictionary<string, Action<IParseNode>>();

    public void Serialize(ISerializationWriter writer) => writer.WriteAdditionalData(AdditionalData);
}

internal sealed class KiotaRecord : IAdditionalDataHolder, IParsable
{
    public IDictionary<string, object> AdditionalData { get; set; } = new Dictionary<string, object>();
    public bool? Archived { get; set; }
    public DateTimeOffset? CreatedAt { get; set; }
    public string? Id { get; set; }
    public KiotaProperties? Properties { get; set; }
    public DateTimeOffset? UpdatedAt { get; set; }

    public static KiotaRecord Create(IParseNode node) => new();

    public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => new Dictionary<string, Action<IParseNode>>
    {
        { "archived", n => { Archived = n.GetBoolValue(); } },
        { "createdAt", n => { CreatedAt = n.GetDateTimeOffsetValue(); } },
        { "id", n => { Id = n.GetStringValue(); } },
        { "properties", n => { Properties = n.GetObjectValue(KiotaProperties.Create); } },
        { "updatedAt", n => { UpdatedAt = n.GetDateTimeOffsetValue(); } },
    };

    public void Serialize(ISerializationWriter writer) => throw new NotSupportedException("only read");
}

internal sealed class KiotaPage : IAdditionalDataHolder, IParsable
{
    public IDictionary<string, object> AdditionalData { get; set; } = new Dictionary<string, object>();
    public KiotaPaging? Paging { get; set; }
    public List<KiotaRecord>? Results { get; set; }

    public static KiotaPage Create(IParseNode node) => new();

    public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => new Dictionary<string, Action<IParseNode>>
    {
        { "paging", n => { Paging = n.GetObjectValue(KiotaPaging.Create); } },
        { "results", n => { Results = n.GetCollectionOfObjectValues(KiotaRecord.Create)?.AsList(); } },
    };

    public void Serialize(ISerializationWriter writer) => throw new NotSupportedException("only read");
}

internal sealed class KiotaPaging : IParsable
{
    public KiotaNext? Next { get; set; }

    public static KiotaPaging Create(IParseNode node) => new();

    public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => new Dictionary<string, Action<IParseNode>> { { "next", n => { Next = n.GetObjectValue(KiotaNext.Create); } } };

    public void Serialize(ISerializationWriter writer) => throw new NotSupportedException("only read");
}

internal sealed class KiotaNext : IParsable
{
    public string? After { get; set; }
    public string? Link { get; set; }

    public static KiotaNext Create(IParseNode node) => new();

    public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => new Dictionary<string, Action<IParseNode>> { { "after", n => { After = n.GetStringValue(); } }, { "link", n => { Link = n.GetStringValue(); } } };

    public void Serialize(ISerializationWriter writer) => throw new NotSupportedException("only read");
}

internal sealed class KiotaUpserts : IParsable
{
    public List<KiotaUpsert>? Inputs { get; set; }

    public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => throw new NotSupportedException("only written");

    public void Serialize(ISerializationWriter writer) => writer.WriteCollectionOfObjectValues("inputs", Inputs);
}

internal sealed class KiotaUpsert : IParsable
{
    public string? Id { get; set; }
    public string? IdProperty { get; set; }
    public KiotaProperties? Properties { get; set; }

    public IDictionary<string, Action<IParseNode>> GetFieldDeserializers() => throw new NotSupportedException("only written");

    public void Serialize(ISerializationWriter writer)
    {
        writer.WriteStringValue("id", Id);
        writer.WriteStringValue("idProperty", IdProperty);
        writer.WriteObjectValue("properties", Properties);
    }
}
