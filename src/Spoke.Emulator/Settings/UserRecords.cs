using System.Globalization;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Settings;

/// <summary>The records of type user that go with the account's users; their number is the user's.</summary>
internal static class UserRecords
{
    public static void AddAll(Portal portal)
    {
        foreach (var user in portal.Owners.All.Where(user => !user.Archived)) Add(portal, user, user.CreatedMs);
    }

    public static void Add(Portal portal, Owner user, long atMs)
    {
        var type = portal.Types.Find("users");
        var name = $"{user.FirstName} {user.LastName}".Trim();
        var draft = new RecordDraft(type, null)
        {
            ["hs_email"] = user.Email,
            ["hs_given_name"] = user.FirstName,
            ["hs_family_name"] = user.LastName,
            ["hs_searchable_calculated_name"] = name.Length > 0 ? name : user.Email,
            ["hs_internal_user_id"] = user.UserId.ToString(CultureInfo.InvariantCulture),
            ["hs_deactivated"] = "false",
        };
        var record = new StoredRecord(user.UserId) { CreatedMs = atMs, UpdatedMs = atMs, Values = draft.ToValues(atMs, 0, 0) };
        type.Records.Add(record);
        portal.Changes?.Add(ChangeKind.Created, type, record, [.. record.Values.Select(value => new ValueChange(type.Properties[value.Slot], null, value.Value))]);
    }
}
