using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Timeline;

/// <summary>Every refusal about timeline events and their templates.</summary>
internal static class TimelineErrors
{
    public static CrmRefusal NoSuchTemplate(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No event template with ID {id} exists for this app") { Context = [new("eventTemplateId", [id])] });

    public static CrmRefusal NoSuchToken(string name) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No token named {name} exists on this event template") { Context = [new("tokenName", [name])] });

    public static CrmRefusal NoSuchEvent(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No event with ID {id} exists for this event template") { Context = [new("eventId", [id])] });

    public static CrmRefusal NoSuchType(string name) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"There is no app event type {name}") { Context = [new("developerSymbol", [name])] });

    public static CrmRefusal TokenExists(string name) => new(new ErrorBody(409, "OBJECT_ALREADY_EXISTS", $"A token named {name} already exists on this event template") { Context = [new("name", [name])] });

    public static CrmRefusal EventExists(string id) => new(new ErrorBody(409, "CONFLICT", $"An occurrence with ID {id} already exists for this event type. Occurrences cannot be changed") { Context = [new("id", [id])] });

    public static CrmRefusal UnknownToken(string name, string template) => CrmErrors.Bad($"Token {name} does not exist on event template {template}", "token", name);

    public static CrmRefusal WrongValue(string token, string value, string expected) => CrmErrors.Bad($"The value {value} of token {token} is not {expected}", "token", token);

    public static CrmRefusal NoTarget(string objectType) => CrmErrors.Bad(objectType switch
    {
        "contacts" => "One of objectId, email or utk is required",
        "companies" => "objectId or domain is required",
        _ => "objectId is required",
    });

    public static CrmRefusal NobodyThere(string what, string value) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No record was found with {what} {value}") { Context = [new(what, [value])] });

    public static CrmRefusal BadTemplate(string member, string why) => CrmErrors.Bad($"{member} is not a valid template: {why}", "field", member);

    public static CrmRefusal TooMany(string what, int most) => CrmErrors.Bad($"At most {most} {what} are allowed");
}
