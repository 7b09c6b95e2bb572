namespace Spoke.Emulator.Tests.Lists;

public sealed class ListShapeTests
{
    [Theory]
    [InlineData("/crm/v3/lists")]
    [InlineData("/crm/lists/2026-03")]
    [InlineData("/crm/lists/2026-09")]
    public void Every_operation_answers_as_published(string root)
    {
        var portal = new AreaPortal();
        var calls = new PublishedCalls(portal);
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var manual = calls.Ok("POST", root, """{"name":"Manual one","objectTypeId":"0-1","processingType":"MANUAL","listPermissions":{"teamsWithEditAccess":[1],"usersWithEditAccess":[2]},"membershipSettings":{"includeUnassigned":true}}""").Text("list.listId");
        var body = $$"""{"name":"Dynamic","objectTypeId":"0-1","processingType":"DYNAMIC",{{ListFilters.Root(ListFilters.Known("email"), ListFilters.Associated(4, "0-3", ListFilters.Known("dealname")))[1..]}}""";
        var list = calls.Ok("POST", root, body).Text("list.listId");
        calls.Ok("GET", $"{root}?listIds={manual}&listIds={list}&includeFilters=true");
        calls.Ok("GET", $"{root}/{list}?includeFilters=true");
        calls.Refused("GET", $"{root}/99", 404);
        calls.Ok("GET", $"{root}/object-type-id/0-1/name/Manual%20one");
        calls.Ok("PUT", $"{root}/{list}/update-list-name?listName=Living&includeFilters=true");
        calls.Ok("PUT", $"{root}/{list}/update-list-filters", ListFilters.Root(ListFilters.Known("email")));
        calls.Ok("POST", $"{root}/search", """{"query":"l","offset":0,"count":10,"additionalProperties":["hs_list_size","hs_folder_name","hs_last_record_added_at"],"listIds":[],"processingTypes":[]}""");
        calls.Ok("PUT", $"{root}/{manual}/memberships/add", $"[\"{contact}\",\"9\"]");
        calls.Ok("GET", $"{root}/{manual}/memberships");
        calls.Ok("GET", $"{root}/{manual}/memberships/join-order");
        calls.Ok("GET", $"{root}/records/0-1/{contact}/memberships");
        calls.Ok("POST", $"{root}/records/memberships/batch/read", $$"""{"inputs":[{"objectTypeId":"0-1","recordId":"{{contact}}"}]}""");
        calls.Ok("PUT", $"{root}/{manual}/memberships/remove", $"[\"{contact}\"]");
        calls.Ok("PUT", $"{root}/{manual}/memberships/add-and-remove", $$"""{"recordIdsToAdd":["{{contact}}"],"recordIdsToRemove":[]}""");
        calls.Ok("PUT", $"{root}/{manual}/memberships/add-from/{list}", status: 204);
        calls.Ok("DELETE", $"{root}/{manual}/memberships", status: 204);
        calls.Ok("GET", $"{root}/idmapping?legacyListId=1");
        calls.Ok("POST", $"{root}/idmapping", """["1","77"]""");
        if (!root.Contains("2026-09", StringComparison.Ordinal)) calls.Ok("GET", $"{root}/{list}/size-and-edits-history/between?startDate=2026-01-01T00:00:00Z&endDate=2027-01-01T00:00:00Z");
        calls.Ok("PUT", $"{root}/{list}/schedule-conversion", """{"conversionType":"INACTIVITY","timeUnit":"WEEK","offset":2}""");
        calls.Ok("GET", $"{root}/{list}/schedule-conversion");
        calls.Ok("DELETE", $"{root}/{list}/schedule-conversion", status: 204);
        calls.Refused("GET", $"{root}/{list}/schedule-conversion", 404);
        var folder = calls.Ok("POST", $"{root}/folders", """{"name":"Shop"}""").Text("folder.id");
        var inner = calls.Ok("POST", $"{root}/folders", $$"""{"name":"Old","parentFolderId":"{{folder}}"}""").Text("folder.id");
        calls.Ok("PUT", $"{root}/folders/move-list", $$"""{"listId":"{{list}}","newFolderId":"{{folder}}"}""", 204);
        calls.Ok("GET", $"{root}/folders?folderId=0");
        calls.Ok("PUT", $"{root}/folders/{inner}/rename?newFolderName=Older");
        calls.Ok("PUT", $"{root}/folders/{inner}/move/0");
        calls.Refused("DELETE", $"{root}/folders/{folder}", 400);
        calls.Ok("DELETE", $"{root}/folders/{inner}", status: 204);
        calls.Ok("DELETE", $"{root}/{list}", status: 204);
        calls.Ok("PUT", $"{root}/{list}/restore", status: 204);
        portal.AssertLasts();
    }
}
