using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>Every refusal about campaigns.</summary>
internal static class CampaignErrors
{
    public static CrmRefusal NotFound(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No campaign was found with id {id}") { Context = [new("campaignGuid", [id])] });

    public static CrmRefusal NoSuchItem(string kind, string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No {kind} item was found with id {id}") { Context = [new($"{kind}Id", [id])] });

    public static CrmRefusal NoSuchAsset(string kind, string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No asset of type {kind} was found with id {id}") { Context = [new("assetId", [id])] });

    public static CrmRefusal UnknownAssetType(string kind, IEnumerable<string> known) => CrmErrors.Bad($"assetType must be one of [{string.Join(", ", known)}], not {kind}", "assetType", kind);

    public static CrmRefusal UnknownProperty(string name) => CrmErrors.Bad($"Property {name} does not exist on campaigns", "propertyName", name);

    public static CrmRefusal ReadOnly(string name) => CrmErrors.Bad($"Property {name} is read only", "propertyName", name);

    public static CrmRefusal WrongValue(string name, string value, string expected) => CrmErrors.Bad($"The value {value} of property {name} is not {expected}", "propertyName", name);
}
