using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>Builds a portal from what <see cref="PortalWriter"/> wrote. An empty object is a fresh portal.</summary>
internal static class PortalReader
{
    public static Portal Read(long hubId, JsonElement root)
    {
        var portal = new Portal(hubId);
        if (!root.TryGetProperty("format", out _)) return portal;
        var format = root.Int("format") ?? 1;
        portal.LastRecordId = Long(root, "lastRecordId");
        portal.LastSchemaNumber = (int)Long(root, "lastSchemaNumber");
        portal.LastPartId = Long(root, "lastPartId");
        if (format >= 2) ReadAccount(portal, root);
        foreach (var saved in root.GetProperty("types").EnumerateArray()) ReadType(portal, saved);
        foreach (var saved in root.GetProperty("associationTypes").EnumerateArray()) ReadAssociationType(portal, saved);
        portal.Associations.Catalogue.NextUserId = (int)Long(root, "nextAssociationTypeId");
        foreach (var type in portal.Types.All.Where(type => type.Schema is { ArchivedMs: not 0 }).ToArray()) portal.Types.Archive(type);
        if (format >= 2) ReadLimits(portal, root.GetProperty("associationLimits").EnumerateArray().ToArray());
        foreach (var saved in root.GetProperty("records").EnumerateArray()) ReadRecord(portal, saved, format);
        if (root.TryGetProperty("areas", out var areas))
            foreach (var area in portal.Areas)
                if (areas.TryGetProperty(area.Name, out var saved)) area.Load(saved);
        return portal;
    }

    private static void ReadType(Portal portal, JsonElement saved)
    {
        var type = saved.TryGetProperty("schema", out var schema) ? AddCustom(portal, saved.Text("id")!, schema) : portal.Types.Find(saved.Text("id")!);
        foreach (var group in saved.GetProperty("groups").EnumerateArray())
        {
            var name = group.Text("name")!;
            type.Properties.AddGroup(new PropertyGroup(name)
            {
                Label = group.Text("label")!,
                DisplayOrder = group.Int("displayOrder") ?? -1,
                Archived = group.Bool("archived") ?? false,
                HubSpotDefined = type.Properties.FindGroup(name)?.HubSpotDefined ?? false,
                Modified = true,
            });
        }
        foreach (var property in saved.GetProperty("properties").EnumerateArray()) ReadProperty(type.Properties, property);
        type.Pipelines.Clear();
        foreach (var pipeline in saved.GetProperty("pipelines").EnumerateArray()) type.Pipelines.Add(ReadPipeline(pipeline));
        var merged = saved.GetProperty("merged").EnumerateArray().Select(id => id.GetInt64()).ToArray();
        for (var i = 0; i < merged.Length; i += 2) type.Records.Redirect(merged[i], merged[i + 1]);
    }

    private static ObjectTypeDefinition AddCustom(Portal portal, string id, JsonElement saved)
    {
        var type = new ObjectTypeDefinition
        {
            Id = id,
            Singular = saved.Text("name")!,
            Plural = saved.Text("fullyQualifiedName")!,
            Schema = new CustomSchema
            {
                Name = saved.Text("name")!,
                FullyQualifiedName = saved.Text("fullyQualifiedName")!,
                SingularLabel = saved.Text("singular"),
                PluralLabel = saved.Text("plural"),
                Description = saved.Text("description"),
                PrimaryDisplayProperty = saved.Text("primaryDisplayProperty"),
                SearchableProperties = saved.Texts("searchableProperties"),
                SecondaryDisplayProperties = saved.Texts("secondaryDisplayProperties"),
                CreatedMs = Long(saved, "created"),
                UpdatedMs = Long(saved, "updated"),
                ArchivedMs = Number(saved, "archived"),
            },
        };
        type.Needs = saved.Texts("requiredProperties");
        type.QueryProperties = type.Schema.SearchableProperties;
        DefaultProperties.AddTo(type);
        portal.Types.Add(type);
        return type;
    }

    private static void ReadProperty(PropertyCatalogue catalogue, JsonElement saved)
    {
        PropertyOption[] options = [.. saved.Items("options").Select(PropertyOption.Read)];
        if (catalogue.FindEvenArchived(saved.Text("name")!) is { } known)
        {
            known.Label = saved.Text("label")!;
            known.Description = saved.Text("description")!;
            known.GroupName = saved.Text("groupName")!;
            known.Options = options;
            known.DisplayOrder = saved.Int("displayOrder") ?? -1;
            known.Hidden = saved.Bool("hidden") ?? false;
            known.FormField = saved.Bool("formField") ?? false;
            known.UpdatedMs = Moment(saved, "updatedAt");
            known.UpdatedUserId = Number(saved, "updatedUserId");
            known.Modified = true;
            return;
        }
        var unique = saved.Bool("hasUniqueValue") ?? false;
        catalogue.Add(new PropertyDefinition
        {
            Name = saved.Text("name")!,
            Slot = catalogue.NextSlot,
            Label = saved.Text("label")!,
            Type = saved.Text("type")!,
            FieldType = saved.Text("fieldType")!,
            Description = saved.Text("description")!,
            GroupName = saved.Text("groupName")!,
            Options = options,
            DisplayOrder = saved.Int("displayOrder") ?? -1,
            HasUniqueValue = unique,
            Unique = unique,
            Hidden = saved.Bool("hidden") ?? false,
            FormField = saved.Bool("formField") ?? false,
            Calculated = saved.Bool("calculated") ?? false,
            ReadOnly = saved.Bool("calculated") ?? false,
            CalculationFormula = saved.Text("calculationFormula"),
            ExternalOptions = saved.Bool("externalOptions") ?? false,
            ReferencedObjectType = saved.Text("referencedObjectType"),
            DataSensitivity = saved.Text("dataSensitivity")!,
            CreatedMs = Moment(saved, "createdAt"),
            UpdatedMs = Moment(saved, "updatedAt"),
            CreatedUserId = Number(saved, "createdUserId"),
            UpdatedUserId = Number(saved, "updatedUserId"),
            Archived = saved.Bool("archived") ?? false,
            ArchivedMs = saved.Text("archivedAt") is null ? 0 : Moment(saved, "archivedAt"),
        });
    }

    private static Pipeline ReadPipeline(JsonElement saved)
    {
        var pipeline = new Pipeline(saved.Text("id")!)
        {
            Label = saved.Text("label")!,
            DisplayOrder = saved.Int("order") ?? 0,
            CreatedMs = Long(saved, "created"),
            UpdatedMs = Long(saved, "updated"),
            ArchivedMs = Number(saved, "archived"),
        };
        foreach (var stage in saved.GetProperty("stages").EnumerateArray())
            pipeline.Stages.Add(new PipelineStage(stage.Text("id")!)
            {
                Label = stage.Text("label")!,
                DisplayOrder = stage.Int("order") ?? 0,
                CreatedMs = Long(stage, "created"),
                UpdatedMs = Long(stage, "updated"),
                ArchivedMs = Number(stage, "archived"),
                Metadata = stage.GetProperty("metadata").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!),
            });
        return pipeline;
    }

    private static void ReadAssociationType(Portal portal, JsonElement saved) => portal.Associations.Catalogue.AddPair(
        portal.Types.Find(saved.Text("from")!), portal.Types.Find(saved.Text("to")!), saved.Int("id")!.Value, saved.Int("inverseId")!.Value,
        AssociationType.UserDefined, saved.Text("label"), saved.Text("inverseLabel"), unlabelled: saved.Bool("unlabelled") ?? false, name: saved.Text("name"));

    private static void ReadLimits(Portal portal, JsonElement[] items)
    {
        for (var i = 0; i < items.Length; i += 5)
        {
            var (from, to) = (portal.Types.Find(items[i].GetString()!), portal.Types.Find(items[i + 1].GetString()!));
            portal.Associations.Catalogue.SetMaxTo(portal.Associations.RequireType(from, to, items[i + 2].GetInt32(), items[i + 3].GetString()), items[i + 4].GetInt32());
        }
    }

    private static void ReadRecord(Portal portal, JsonElement saved, int format)
    {
        var type = portal.Types.Find(saved.Text("type")!);
        var record = new StoredRecord(Long(saved, "id"))
        {
            CreatedMs = Long(saved, "created"),
            UpdatedMs = Long(saved, "updated"),
            ArchivedMs = Number(saved, "archived"),
            SourceAppId = Long(saved, "app"),
            Source = portal.Sources[(int)Number(saved, "source")],
            CreatedByUserId = Long(saved, "by"),
            UpdatedByUserId = Long(saved, "last"),
            Values = [.. ReadValues(type, saved.GetProperty("values"), format).OrderBy(value => value.Slot)],
        };
        if (saved.TryGetProperty("history", out var history))
            record.History = [.. ReadValues(type, history, format).Select(value => new PastValue(value.Slot, value.Value, value.AtMs, value.Source))];
        if (saved.TryGetProperty("edges", out var edges)) record.Edges = ReadEdges(portal, type, edges);
        if (saved.TryGetProperty("formerEdges", out var former)) record.FormerEdges = [.. ReadEdges(portal, type, former)];
        // A fresh portal has records of its users; what was saved takes their place.
        if (type.Records.Find(record.Id) is { } seeded && seeded.Id == record.Id) type.Records.Remove(seeded);
        type.Records.Add(record);
        if (!record.Archived) portal.Writer.ClaimKeys(type, record);
    }

    private static IEnumerable<PropertyValue> ReadValues(ObjectTypeDefinition type, JsonElement saved, int format)
    {
        var items = saved.EnumerateArray().ToArray();
        // The first format did not say who set a value.
        var members = format >= 2 ? 4 : 3;
        for (var i = 0; i < items.Length; i += members)
            yield return new PropertyValue(type.Properties.Require(items[i].GetString()!).Slot, items[i + 1].GetString()!, items[i + 2].GetInt64(), format >= 2 ? items[i + 3].GetInt32() : 0);
    }

    private static void ReadAccount(Portal portal, JsonElement root)
    {
        var sources = root.GetProperty("sources").EnumerateArray().ToArray();
        for (var i = 0; i < sources.Length; i += 3) portal.Sources.Of(new WriteSource(sources[i].GetString()!, sources[i + 1].GetString()!, sources[i + 2].GetInt64()));
        foreach (var hash in root.GetProperty("blocklist").EnumerateArray()) portal.Blocklist.AddHash(hash.GetString()!);
        portal.Settings.Read(root.GetProperty("settings"));
        portal.Audit.Read(root.GetProperty("audit"));
    }

    private static List<AssociationEdge> ReadEdges(Portal portal, ObjectTypeDefinition from, JsonElement saved)
    {
        var edges = new List<AssociationEdge>();
        var items = saved.EnumerateArray().ToArray();
        for (var i = 0; i < items.Length; i += 4)
        {
            var type = portal.Associations.RequireType(from, portal.Types.Find(items[i].GetString()!), items[i + 2].GetInt32(), items[i + 3].GetString());
            edges.Add(new AssociationEdge(items[i + 1].GetInt64(), type));
        }
        return edges;
    }

    private static long Long(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static long Number(JsonElement element, string name) =>
        element.Text(name) is { } text ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static long Moment(JsonElement element, string name) => ValueRules.TryMoment(element.Text(name) ?? "", out var ms) ? ms : 0;
}
