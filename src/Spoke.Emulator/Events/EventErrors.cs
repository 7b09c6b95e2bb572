using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Events;

/// <summary>Every refusal about custom events.</summary>
internal static class EventErrors
{
    public static CrmRefusal NoSuchDefinition(string name) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No event definition was found with name {name}") { Context = [new("eventName", [name])] });

    public static CrmRefusal NoSuchProperty(string name) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No property was found with name {name}") { Context = [new("propertyName", [name])] });

    public static CrmRefusal Exists(string name) => new(new ErrorBody(409, "OBJECT_ALREADY_EXISTS", $"An event definition named {name} already exists") { Context = [new("name", [name])] });

    public static CrmRefusal PropertyExists(string name) => new(new ErrorBody(409, "OBJECT_ALREADY_EXISTS", $"A property named {name} already exists") { Context = [new("name", [name])] });

    public static CrmRefusal UnknownEvent(string name) => CrmErrors.Bad($"Event definition {name} does not exist", "eventName", name);

    public static CrmRefusal NoTarget() => CrmErrors.Bad("One of email, objectId or utk is required");

    public static CrmRefusal TooMany(string what, int most) => CrmErrors.Bad($"At most {most} {what} are allowed");
}
