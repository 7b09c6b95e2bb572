using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>How much of the account's limits is used, counted when asked.</summary>
internal sealed class LimitsArea(Portal portal) : StatelessArea(portal)
{
    /// <summary>A record counts as near its limit from here on, as in HubSpot's own report.</summary>
    private const double Near = 80;
    private const int MostSamples = 10;
    private const int MostCalculated = 200;

    public override string Name => "limits";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 2 && path[0] == "crm" && path[1] == "limits";

    public override EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "GET") return null;
        return call.Rest.Skip(2).ToArray() switch
        {
            ["records"] => ByOrigin(type => type.Records.All.Count(record => !record.Archived), Portal.Settings.MostRecords),
            ["pipelines"] => ByOrigin(type => type.Pipelines.All.Count(), Portal.Settings.MostPipelines, type => type.PipelineProperty is not null || type.Schema is not null),
            ["custom-properties"] => Properties(),
            ["calculated-properties"] => Calculated(),
            ["custom-object-types"] => CustomTypes(),
            ["associations", "labels"] => Labels(call),
            ["associations", "records", "from"] => NearTypes(Portal.Types.All.Where(type => Portal.Types.All.Any(to => Highest(type, to) >= Near)), type => Portal.Types.All.Max(to => Highest(type, to))),
            ["associations", "records", var from, "to"] => NearTargets(Portal.Types.Find(from)),
            ["associations", "records", var from, var to] => Records(Portal.Types.Find(from), Portal.Types.Find(to)),
            _ => null,
        };
    }

    private EmulatorReply ByOrigin(Func<ObjectTypeDefinition, int> usage, int limit, Func<ObjectTypeDefinition, bool>? which = null)
    {
        var types = Portal.Types.All.Where(type => which is null || which(type)).Select(type => (Type: type, Usage: usage(type))).ToArray();
        return JsonReply.Write(200, (types, limit), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("hubspotDefinedObjectTypes");
            foreach (var (type, used) in state.types.Where(one => one.Type.Schema is null)) WriteUsage(json, type, used, state.limit);
            json.WriteEndArray();
            json.WriteStartObject("customObjectTypes");
            WriteOverall(json, [.. state.types.Where(one => one.Type.Schema is not null)], state.limit, withLimits: false);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private EmulatorReply Properties()
    {
        var types = Portal.Types.All.Select(type => (Type: type, Usage: type.Properties.All.Count(property => property is { HubSpotDefined: false, Archived: false }))).ToArray();
        return JsonReply.Write(200, (types, limit: Portal.Settings.MostCustomProperties), static (json, state) =>
        {
            json.WriteStartObject();
            WriteOverall(json, state.types, state.limit, withLimits: true);
            json.WriteEndObject();
        });
    }

    private EmulatorReply Calculated()
    {
        var types = Portal.Types.All.Select(type => (Type: type, Usage: type.Properties.All.Count(property => property is { HubSpotDefined: false, Archived: false, Calculated: true }))).ToArray();
        return JsonReply.Write(200, types, static (json, types) =>
        {
            json.WriteStartObject();
            WriteOverall(json, types, MostCalculated, withLimits: false);
            json.WriteEndObject();
        });
    }

    private EmulatorReply CustomTypes() => JsonReply.Write(200, (used: Portal.Types.All.Count(type => type.Schema is not null), limit: Portal.Settings.MostCustomObjects), static (json, state) =>
    {
        json.WriteStartObject();
        json.WriteNumber("limit", state.limit);
        json.WriteNumber("usage", state.used);
        json.WriteNumber("percentage", Percentage(state.used, state.limit));
        json.WriteEndObject();
    });

    private EmulatorReply Labels(CrmCall call)
    {
        var (from, to) = (call.Http.QueryValue("fromObjectTypeId"), call.Http.QueryValue("toObjectTypeId"));
        var labels = Portal.Associations.Catalogue.All.Where(type => type.Label is not null && type.Category == AssociationType.UserDefined)
            .Where(type => (from is null || type.From == Portal.Types.Find(from)) && (to is null || type.To == Portal.Types.Find(to)))
            .GroupBy(type => (type.From, type.To)).Select(pair => (pair.Key.From, pair.Key.To, Labels: pair.Select(type => type.Label!).ToArray(), Limit: Portal.Settings.MostLabels));
        return JsonReply.Results(labels, static (json, pair) =>
        {
            json.WriteStartObject();
            WriteType(json, "fromObjectType", pair.From);
            WriteType(json, "toObjectType", pair.To);
            json.WriteStartArray("allLabels");
            foreach (var label in pair.Labels) json.WriteStringValue(label);
            json.WriteEndArray();
            json.WriteNumber("limit", pair.Limit);
            json.WriteNumber("usage", pair.Labels.Length);
            json.WriteNumber("percentage", Percentage(pair.Labels.Length, pair.Limit));
            json.WriteEndObject();
        });
    }

    private EmulatorReply NearTargets(ObjectTypeDefinition from) => NearTypes(Portal.Types.All.Where(to => Highest(from, to) >= Near), to => Highest(from, to));

    private static EmulatorReply NearTypes(IEnumerable<ObjectTypeDefinition> types, Func<ObjectTypeDefinition, double> highest) =>
        JsonReply.Results(types.Select(type => (type, highest: highest(type))), static (json, one) =>
        {
            json.WriteStartObject();
            WriteNames(json, one.type);
            json.WriteBoolean("hasRecordsAtLimit", one.highest >= 100);
            json.WriteBoolean("hasRecordsNearLimit", one.highest >= Near);
            json.WriteEndObject();
        });

    private EmulatorReply Records(ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var limit = LimitOf(from, to);
        var counted = Counted(from, to).Select(one => (one.Record.Id, one.Count, Percentage: Percentage(one.Count, limit))).Where(one => one.Percentage >= Near).ToArray();
        return JsonReply.Write(200, (from, limit, at: counted.Where(one => one.Percentage >= 100).ToArray(), near: counted.Where(one => one.Percentage < 100).ToArray()), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteNumber("limit", state.limit);
            json.WriteNumber("totalRecordsAtLimit", state.at.Length);
            json.WriteNumber("totalRecordsNearLimit", state.near.Length);
            foreach (var (member, samples) in ((string, (long Id, int Count, double Percentage)[])[])[("atLimitFromRecordSamples", state.at), ("nearLimitFromRecordSamples", state.near)])
            {
                json.WriteStartArray(member);
                foreach (var (id, count, percentage) in samples.Take(MostSamples))
                {
                    json.WriteStartObject();
                    json.WriteNumber("objectId", id);
                    json.WriteString("label", $"{state.from.Singular} {id}");
                    json.WriteNumber("usage", count);
                    json.WriteNumber("percentage", percentage);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        });
    }

    private double Highest(ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        if (Portal.Associations.Catalogue.Default(from, to) is null) return 0;
        var limit = LimitOf(from, to);
        return Counted(from, to).Select(one => Percentage(one.Count, limit)).DefaultIfEmpty(0).Max();
    }

    private int LimitOf(ObjectTypeDefinition from, ObjectTypeDefinition to) =>
        Portal.Associations.Catalogue.Default(from, to) is { } type && Portal.Associations.Catalogue.MaxTo(type) is { } users ? users : Portal.Settings.MostAssociations;

    private static IEnumerable<(StoredRecord Record, int Count)> Counted(ObjectTypeDefinition from, ObjectTypeDefinition to) =>
        from.Records.All.Where(record => record.Edges is { Count: > 0 }).Select(record => (record, AssociationRules.Targets(record.Edges!, to)));

    private static void WriteOverall(Utf8JsonWriter json, IReadOnlyList<(ObjectTypeDefinition Type, int Usage)> types, int limit, bool withLimits)
    {
        var used = types.Sum(one => one.Usage);
        json.WriteNumber("overallLimit", limit);
        json.WriteNumber("overallUsage", used);
        json.WriteNumber("overallPercentage", Percentage(used, limit));
        json.WriteStartArray("byObjectType");
        foreach (var (type, usage) in types) WriteUsage(json, type, usage, withLimits ? limit : null);
        json.WriteEndArray();
    }

    private static void WriteUsage(Utf8JsonWriter json, ObjectTypeDefinition type, int usage, int? limit)
    {
        json.WriteStartObject();
        WriteNames(json, type);
        json.WriteNumber("usage", usage);
        if (limit is { } most)
        {
            json.WriteNumber("limit", most);
            json.WriteNumber("percentage", Percentage(usage, most));
        }
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, string member, ObjectTypeDefinition type)
    {
        json.WriteStartObject(member);
        WriteNames(json, type);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, ObjectTypeDefinition type)
    {
        json.WriteString("objectTypeId", type.Id);
        json.WriteString("singularLabel", type.Schema?.SingularLabel ?? Label(type.Singular));
        json.WriteString("pluralLabel", type.Schema?.PluralLabel ?? Label(type.Plural));
    }

    private static string Label(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    private static double Percentage(int used, int limit) => limit == 0 ? 100 : Math.Round(used * 100.0 / limit, 2);
}
