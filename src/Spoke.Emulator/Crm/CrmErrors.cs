using System.Globalization;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Every refusal about records, batches and request bodies, in HubSpot's words.</summary>
internal static class CrmErrors
{
    private const string Validation = "VALIDATION_ERROR";

    public static CrmRefusal UnknownType(string name) => Bad($"Unable to infer object type from: {name}");

    public static CrmRefusal Bad(string message) => new(new ErrorBody(400, Validation, message));

    public static CrmRefusal Bad(string message, string contextKey, params IReadOnlyList<string> values) =>
        new(new ErrorBody(400, Validation, message) { Context = [new(contextKey, values)] });

    public static CrmRefusal InvalidJson(JsonException error, bool empty) => empty
        ? Bad("Invalid input JSON on line -1, column -1: No content to map due to end-of-input")
        : Bad(string.Create(CultureInfo.InvariantCulture,
            $"Invalid input JSON on line {(error.LineNumber ?? 0) + 1}, column {(error.BytePositionInLine ?? 0) + 1}: {FirstSentence(error.Message)}"));

    public static CrmRefusal MissingField(string type, params string[] fields) =>
        Bad($"Invalid input JSON on line 1, column 1: Cannot build {type}, some of required attributes are not set [{string.Join(", ", fields)}]");

    public static CrmRefusal WrongShape(string field, string expected) =>
        Bad($"Invalid input JSON on line 1, column 1: `{field}` must be {expected}");

    public static CrmRefusal RecordNotFound(string id)
    {
        var number = long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        var message = number && value <= 0 ? "Object not found. objectId is usually positive." : "Object not found.  objectId are usually numeric.";
        return new(new ErrorBody(404, "OBJECT_NOT_FOUND", message) { Context = [new("id", [id])] });
    }

    public static CrmRefusal TooManyRecords(ObjectTypeDefinition type, int most) =>
        new(new ErrorBody(400, Validation, $"Cannot create {type.ErrorName}: the account has reached its limit of {most} records of this type.") { SubCategory = "LimitExceeded.RECORD_LIMIT", Context = [new("objectTypeId", [type.Id])] });

    public static CrmRefusal ContactExists(long id) =>
        new(new ErrorBody(409, "CONFLICT", string.Create(CultureInfo.InvariantCulture, $"Contact already exists. Existing ID: {id}")));

    public static CrmRefusal BatchTooLarge(int most) =>
        Bad($"The maximum number of inputs supported in a batch is {most}. Please reduce the number of items and try again");

    public static CrmRefusal HistoryBatchTooLarge(int most) =>
        Bad($"The maximum number of inputs supported in a batch request for property histories is {most}");

    public static CrmRefusal DuplicateIds(IReadOnlyList<string> ids) =>
        Bad($"Duplicate IDs found in batch input: [{string.Join(", ", ids)}]. IDs must be unique", "ids", ids);

    public static CrmRefusal DuplicateTraceIds(IReadOnlyList<string> ids) =>
        Bad($"Duplicate objectWriteTraceIds found in batch input: [{string.Join(", ", ids)}]. They must be unique", "objectWriteTraceId", ids);

    public static CrmRefusal NotUniqueProperty(ObjectTypeDefinition type, string property, long hub) =>
        Bad($"Unable to perform update/upsert by non-unique {type.Id} property {property} in portal ID {hub}");

    public static CrmRefusal NotUniqueForRead(ObjectTypeDefinition type, string property) =>
        Bad($"Unable to look up {type.Id} objects by {property}: the property does not have unique values", "idProperty", property);

    public static CrmRefusal RequiredMissing(ObjectTypeDefinition type, IReadOnlyList<string> names) =>
        new(new ErrorBody(400, Validation, $"Error creating {type.ErrorName}. Some required properties were not set.")
        {
            Errors = [new ErrorDetail($"Error creating {type.ErrorName}. Some required properties were not set.")
            {
                Code = "REQUIRED_PROPERTIES_NOT_SET",
                Context = [new("properties", names)],
            }],
        });

    public static ErrorBody NotFoundInBatch(ObjectTypeDefinition type, IReadOnlyList<string> ids) =>
        new(404, "OBJECT_NOT_FOUND", $"Could not get some {type.ErrorName} objects, they may be deleted or not exist. Check that ids are valid.")
        {
            Context = [new("ids", ids)],
        };

    public static CrmRefusal PropertyValues(long hubId, IReadOnlyList<ValueFault> faults) =>
        new(new ErrorBody(400, Validation, $"Property values were not valid: {InsideMessage(hubId, faults)}")
        {
            Errors = [.. faults.Select(fault => new ErrorDetail(fault.Message)
            {
                Code = fault.Code,
                Context = [new("propertyName", [fault.Property])],
            })],
        });

    // HubSpot really puts a JSON array inside the message string.
    private static string InsideMessage(long hubId, IReadOnlyList<ValueFault> faults)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, JsonReply.Options))
        {
            json.WriteStartArray();
            foreach (var fault in faults)
            {
                json.WriteStartObject();
                json.WriteBoolean("isValid", false);
                json.WriteString("message", fault.Message);
                json.WriteString("error", fault.Code);
                json.WriteString("name", fault.Property);
                json.WriteString("localizedErrorMessage", fault.Message);
                json.WriteNumber("portalId", hubId);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}

/// <summary>One property value that cannot be stored.</summary>
internal sealed record ValueFault(string Property, string Code, string Message);
