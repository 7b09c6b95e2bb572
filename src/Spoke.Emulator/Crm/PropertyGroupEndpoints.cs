using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

internal static class PropertyGroupEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, ObjectTypeDefinition type) => (call.Method, call.Rest.Count) switch
    {
        ("GET", 2) => JsonReply.Results(type.Properties.Groups.Where(group => !group.Archived), static (json, group) => group.Write(json)),
        ("POST", 2) => Create(call, type),
        ("GET", 3) => One(200, Require(type, call.Rest[2]), changed: false),
        ("PATCH", 3) => Update(call, Require(type, call.Rest[2])),
        ("DELETE", 3) => Archive(type, Require(type, call.Rest[2])),
        _ => null,
    };

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition type)
    {
        var name = call.BodyObject.RequiredText("PropertyGroupCreate", "name");
        var label = call.Body.RequiredText("PropertyGroupCreate", "label");
        if (type.Properties.FindGroup(name) is not null) throw PropertyErrors.GroupExists(name);
        var group = new PropertyGroup(name) { Label = label, DisplayOrder = call.Body.Int("displayOrder") ?? -1 };
        type.Properties.AddGroup(group);
        return One(201, group, changed: true);
    }

    private static EmulatorReply Update(CrmCall call, PropertyGroup group)
    {
        group.Label = call.BodyObject.Text("label") ?? group.Label;
        group.DisplayOrder = call.Body.Int("displayOrder") ?? group.DisplayOrder;
        group.Modified = true;
        return One(200, group, changed: true);
    }

    private static EmulatorReply Archive(ObjectTypeDefinition type, PropertyGroup group)
    {
        if (group.HubSpotDefined) throw CrmErrors.Bad($"Property group {group.Name} is defined by HubSpot and cannot be archived", "groupName", group.Name);
        if (type.Properties.All.Any(property => property.GroupName == group.Name && !property.Archived))
            throw CrmErrors.Bad($"Property group {group.Name} still holds properties", "groupName", group.Name);
        group.Archived = true;
        return JsonReply.Empty(changed: true);
    }

    private static PropertyGroup Require(ObjectTypeDefinition type, string name) =>
        type.Properties.FindGroup(name) ?? throw PropertyErrors.GroupNotFound(name);

    private static EmulatorReply One(int status, PropertyGroup group, bool changed) =>
        JsonReply.Write(status, group, static (json, group) => group.Write(json), changed);
}
