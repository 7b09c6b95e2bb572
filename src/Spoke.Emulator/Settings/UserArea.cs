using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Settings;

/// <summary>User provisioning: users with their roles and teams. Each is an owner, and has a record of type user.</summary>
internal sealed class UserArea(Portal portal) : PortalArea(portal)
{
    private const int LargestPage = 100;
    private const string Request = "UserProvisionRequest";

    public override string Name => "users";

    public override bool Owns(IReadOnlyList<string> path) => path.Count is 2 or 3 && path[0] == "settings" && path[1] == "users";

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _]) => ListReply.Page(call, Portal.Owners.All.Where(owner => !owner.Archived), owner => owner.UserId, call.Limit(LargestPage, LargestPage), Write),
        ("POST", [_, _]) => Create(call),
        ("GET", [_, _, "roles"]) => JsonReply.Results(OwnerList.Roles, static (json, role) =>
        {
            json.WriteStartObject();
            json.WriteString("id", role.Id);
            json.WriteString("name", role.Name);
            json.WriteBoolean("requiresBillingWrite", false);
            json.WriteEndObject();
        }),
        ("GET", [_, _, "teams"]) => JsonReply.Results(OwnerList.Teams.Select(team => (team, Portal.Owners)), WriteTeam),
        ("GET", [_, _, var id]) => One(200, Require(call, id), changed: false),
        ("PUT", [_, _, var id]) => Update(call, Require(call, id)),
        ("DELETE", [_, _, var id]) => Delete(call, Require(call, id)),
        _ => null,
    };

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var owner in Portal.Owners.All)
        {
            json.WriteStartObject();
            json.WriteNumber("id", owner.Id);
            json.WriteNumber("user", owner.UserId);
            json.WriteString("email", owner.Email);
            json.WriteString("first", owner.FirstName);
            json.WriteString("last", owner.LastName);
            json.WriteNumber("created", owner.CreatedMs);
            json.WriteNumber("updated", owner.UpdatedMs);
            json.WriteBoolean("archived", owner.Archived);
            json.WriteString("role", owner.RoleId);
            json.WriteString("team", owner.PrimaryTeamId);
            json.WriteStartArray("teams");
            foreach (var team in owner.SecondaryTeamIds) json.WriteStringValue(team);
            json.WriteEndArray();
            json.WriteBoolean("super", owner.SuperAdmin);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public override void Load(JsonElement saved)
    {
        Portal.Owners.Clear();
        foreach (var one in saved.EnumerateArray())
            Portal.Owners.Put(new Owner(one.GetProperty("id").GetInt64(), one.GetProperty("user").GetInt64(), one.Text("email")!, one.Text("first")!, one.Text("last")!, one.GetProperty("created").GetInt64(), one.Bool("archived") ?? false)
            {
                UpdatedMs = one.GetProperty("updated").GetInt64(),
                RoleId = one.Text("role"),
                PrimaryTeamId = one.Text("team"),
                SecondaryTeamIds = one.Texts("teams"),
                SuperAdmin = one.Bool("super") ?? false,
            });
    }

    private EmulatorReply Create(CrmCall call)
    {
        var email = call.BodyObject.RequiredText(Request, "email").Trim().ToLowerInvariant();
        if (!ValueRules.IsEmail(email)) throw CrmErrors.Bad($"Email address {email} is invalid", "email", email);
        if (Portal.Owners.Find(email, byEmail: true) is { } holder) throw new CrmRefusal(new ErrorBody(409, "CONFLICT", $"User {email} already exists in this account with ID {holder.UserId}") { Context = [new("email", [email])] });
        var user = WithChanges(new Owner(Portal.Owners.NextId, Portal.Owners.NextUserId, email, "", "", call.AtMs, false), call);
        Portal.Owners.Put(user);
        UserRecords.Add(Portal, user, call.AtMs);
        Portal.Audit.Add("USER", "USER", "CREATE", $"{user.UserId}");
        return One(201, user, changed: true);
    }

    private EmulatorReply Update(CrmCall call, Owner user)
    {
        user = WithChanges(user, call);
        Portal.Owners.Put(user);
        Portal.Audit.Add("USER", "USER", "UPDATE", $"{user.UserId}");
        return One(200, user, changed: true);
    }

    private EmulatorReply Delete(CrmCall call, Owner user)
    {
        Portal.Owners.Put(user with { Archived = true, UpdatedMs = call.AtMs });
        if (Portal.Types.Find("users") is var type && type.Records.Find(user.UserId) is { } record) Portal.Writer.Archive(type, record, call.AtMs);
        Portal.Audit.Add("USER", "USER", "DELETE", $"{user.UserId}");
        return JsonReply.Empty(changed: true);
    }

    private static Owner WithChanges(Owner user, CrmCall call)
    {
        var body = call.BodyObject;
        var teams = body.TryGetProperty("secondaryTeamIds", out _) ? body.Texts("secondaryTeamIds") : user.SecondaryTeamIds;
        return user with
        {
            FirstName = body.Text("firstName") ?? user.FirstName,
            LastName = body.Text("lastName") ?? user.LastName,
            RoleId = Known(OwnerList.Roles, body.Text("roleId"), "roleId") ?? user.RoleId,
            PrimaryTeamId = Known(OwnerList.Teams, body.Text("primaryTeamId"), "primaryTeamId") ?? user.PrimaryTeamId,
            SecondaryTeamIds = [.. teams.Select(team => Known(OwnerList.Teams, team, "secondaryTeamIds")!)],
            UpdatedMs = call.AtMs,
        };
    }

    private static string? Known(IReadOnlyList<(string Id, string Name)> all, string? id, string member) =>
        string.IsNullOrEmpty(id) ? null : all.Any(one => one.Id == id) ? id : throw CrmErrors.Bad($"{member} {id} does not exist in this account", member, id);

    private Owner Require(CrmCall call, string id) => Portal.Owners.Find(id, byEmail: string.Equals(call.Http.QueryValue("idProperty"), "EMAIL", StringComparison.OrdinalIgnoreCase))
        ?? throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"User {id} could not be found") { Context = [new("userId", [id])] });

    private static EmulatorReply One(int status, Owner user, bool changed) => JsonReply.Write(status, user, Write, changed);

    private static void Write(Utf8JsonWriter json, Owner user)
    {
        json.WriteStartObject();
        json.WriteId("id", user.UserId);
        json.WriteString("email", user.Email);
        json.WriteString("firstName", user.FirstName);
        json.WriteString("lastName", user.LastName);
        if (user.RoleId is not null) json.WriteString("roleId", user.RoleId);
        json.WriteStartArray("roleIds");
        if (user.RoleId is not null) json.WriteStringValue(user.RoleId);
        json.WriteEndArray();
        if (user.PrimaryTeamId is not null) json.WriteString("primaryTeamId", user.PrimaryTeamId);
        json.WriteStartArray("secondaryTeamIds");
        foreach (var team in user.SecondaryTeamIds) json.WriteStringValue(team);
        json.WriteEndArray();
        json.WriteBoolean("superAdmin", user.SuperAdmin);
        json.WriteEndObject();
    }

    private static void WriteTeam(Utf8JsonWriter json, ((string Id, string Name) Team, OwnerList Owners) one)
    {
        json.WriteStartObject();
        json.WriteString("id", one.Team.Id);
        json.WriteString("name", one.Team.Name);
        json.WriteStartArray("userIds");
        foreach (var user in one.Owners.All.Where(user => !user.Archived && user.PrimaryTeamId == one.Team.Id)) json.WriteStringValue($"{user.UserId}");
        json.WriteEndArray();
        json.WriteStartArray("secondaryUserIds");
        foreach (var user in one.Owners.All.Where(user => !user.Archived && user.SecondaryTeamIds.Contains(one.Team.Id))) json.WriteStringValue($"{user.UserId}");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
