using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Refusals about property definitions and groups.</summary>
internal static class PropertyErrors
{
    public static CrmRefusal NotFound(string name) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Property {name} does not exist")
    {
        SubCategory = "PropertyError.PROPERTY_NOT_FOUND",
        Context = [new("propertyName", [name])],
    });

    public static CrmRefusal Exists(string name) => new(new ErrorBody(409, "OBJECT_ALREADY_EXISTS", $"A property named '{name}' already exists.")
    {
        SubCategory = "Properties.PROPERTY_EXISTS",
        Context = [new("propertyName", [name])],
    });

    public static CrmRefusal GroupNotFound(string name) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Property group {name} does not exist")
    {
        SubCategory = "PropertyGroupError.PROPERTY_GROUP_NOT_FOUND",
        Context = [new("groupName", [name])],
    });

    public static CrmRefusal GroupExists(string name) => new(new ErrorBody(409, "OBJECT_ALREADY_EXISTS", $"A property group named '{name}' already exists.")
    {
        SubCategory = "PropertyGroupError.PROPERTY_GROUP_EXISTS",
        Context = [new("groupName", [name])],
    });

    public static CrmRefusal Invalid(string name, string why) => CrmErrors.Bad(why, "propertyName", name);

    public static CrmRefusal WrongFormula(string name, string why) => Invalid(name, $"There was a problem with the formula of property {name}. {why}");

    public static CrmRefusal HubSpotDefined(string name) =>
        CrmErrors.Bad($"Property {name} is defined by HubSpot; this change is not possible", "propertyName", name);
}
