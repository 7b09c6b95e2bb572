using System.Globalization;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

internal static class OwnerEndpoints
{
    private const int LargestPage = 500;

    public static EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest.Count) switch
    {
        ("GET", 0) => List(call),
        ("GET", 1) => Get(call, call.Rest[0]),
        _ => null,
    };

    private static EmulatorReply List(CrmCall call)
    {
        var limit = call.Limit(100, LargestPage);
        var after = call.Http.QueryValue("after");
        long from = 0;
        if (!string.IsNullOrEmpty(after) && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw CrmErrors.Bad($"Invalid paging cursor: {after}", "after", after);
        var email = call.Http.QueryValue("email");
        var owners = call.Portal.Owners.All
            .Where(owner => owner.Archived == call.Flag("archived") && owner.Id >= from)
            .Where(owner => string.IsNullOrEmpty(email) || owner.Email.Equals(email, StringComparison.OrdinalIgnoreCase))
            .Take(limit + 1).ToArray();
        var next = owners.Length > limit ? owners[limit].Id.ToString(CultureInfo.InvariantCulture) : null;
        return JsonReply.Write(200, (call, owners, limit, next), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var owner in state.owners.Take(state.limit)) owner.Write(json);
            json.WriteEndArray();
            state.call.WritePaging(json, state.next);
            json.WriteEndObject();
        });
    }

    private static EmulatorReply Get(CrmCall call, string id)
    {
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw CrmErrors.Bad("Unable to parse value for path parameter: ownerId");
        var byUser = call.Http.QueryValue("idProperty") switch
        {
            null or "" or "id" => false,
            "userId" => true,
            var other => throw CrmErrors.Bad($"idProperty must be one of [id, userId], not {other}", "idProperty", other),
        };
        var owner = call.Portal.Owners.All.FirstOrDefault(owner => (byUser ? owner.UserId : owner.Id) == number && owner.Archived == call.Flag("archived"))
            ?? throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Owner {id} could not be found") { Context = [new("id", [id])] });
        return JsonReply.Write(200, owner, static (json, owner) => owner.Write(json));
    }
}
