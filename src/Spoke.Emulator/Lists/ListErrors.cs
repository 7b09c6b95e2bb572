using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Lists;

/// <summary>Every refusal about lists, in HubSpot's envelope.</summary>
internal static class ListErrors
{
    private const string Validation = "VALIDATION_ERROR";

    public static CrmRefusal ListNotFound(string id) =>
        new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"List does not exist with ID {id}.") { SubCategory = "ILS.LIST_NOT_FOUND", Context = [new("listId", [id])] });

    public static CrmRefusal NameNotFound(string name) =>
        new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"List does not exist with name {name}.") { SubCategory = "ILS.LIST_NOT_FOUND", Context = [new("listName", [name])] });

    public static CrmRefusal NameTaken(string name) =>
        new(new ErrorBody(400, Validation, $"A list with the name '{name}' already exists.") { SubCategory = "ILS.DUPLICATE_LIST_NAMES", Context = [new("listName", [name])] });

    public static CrmRefusal FolderNotFound(string id) =>
        new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Folder does not exist with ID {id}.") { Context = [new("folderId", [id])] });

    public static CrmRefusal WrongKind(StoredList list, string wanted) =>
        new(new ErrorBody(400, Validation, $"List {list.Id} has processing type {list.Processing}; this needs a list of type {wanted}.")
        {
            SubCategory = "ILS.INVALID_LIST_PROCESSING_TYPE",
            Context = [new("listId", [list.IdText])],
        });

    public static CrmRefusal Filter(string message, string where) =>
        new(new ErrorBody(400, Validation, $"Invalid filter definition at {where}: {message}") { SubCategory = "ILS.INVALID_FILTER_BRANCH", Context = [new("path", [where])] });

    public static CrmRefusal Bad(string message, string key, string value) => CrmErrors.Bad(message, key, value);

    public static CrmRefusal TooMany(int most) => CrmErrors.Bad($"A maximum of {most} record IDs can be given in one request.");

    public static CrmRefusal TooLate(StoredList list) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"List {list.Id} was deleted more than 90 days ago and cannot be restored."));

    public static CrmRefusal NoConversion(StoredList list) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No conversion is scheduled for list {list.Id}."));
}
