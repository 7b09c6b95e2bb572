using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>The account's users, who can all own records, and its teams. A portal starts with three desks and one that left.</summary>
internal sealed class OwnerList
{
    private const long MadeMs = 1_577_836_800_000;

    private readonly List<Owner> all =
    [
        new(76000001, 61000001, "sales@portal.example", "Sales", "Desk", MadeMs, false) { RoleId = "1001", PrimaryTeamId = "2001", SuperAdmin = true },
        new(76000002, 61000002, "support@portal.example", "Support", "Desk", MadeMs, false) { RoleId = "1002", PrimaryTeamId = "2002" },
        new(76000003, 61000003, "fulfilment@portal.example", "Fulfilment", "Desk", MadeMs, false) { RoleId = "1002", PrimaryTeamId = "2002", SecondaryTeamIds = ["2001"] },
        new(76000004, 61000004, "former@portal.example", "Former", "Desk", MadeMs, true),
    ];

    public IReadOnlyList<Owner> All => all;

    public static IReadOnlyList<(string Id, string Name)> Teams { get; } = [("2001", "Sales"), ("2002", "Service")];
    public static IReadOnlyList<(string Id, string Name)> Roles { get; } = [("1001", "Manager"), ("1002", "Agent")];

    public long NextUserId => all.Max(owner => owner.UserId) + 1;
    public long NextId => all.Max(owner => owner.Id) + 1;

    /// <summary>A user by number or, if asked so, by address; those that left are not found.</summary>
    public Owner? Find(string user, bool byEmail = false) =>
        all.Find(owner => !owner.Archived && (byEmail ? owner.Email.Equals(user, StringComparison.OrdinalIgnoreCase) : $"{owner.UserId}" == user));

    public void Put(Owner owner)
    {
        var at = all.FindIndex(one => one.Id == owner.Id);
        if (at < 0) all.Add(owner);
        else all[at] = owner;
    }

    public void Clear() => all.Clear();
}

internal sealed record Owner(long Id, long UserId, string Email, string FirstName, string LastName, long CreatedMs, bool Archived)
{
    public long UpdatedMs { get; init; } = CreatedMs;
    public string? RoleId { get; init; }
    public string? PrimaryTeamId { get; init; }
    public IReadOnlyList<string> SecondaryTeamIds { get; init; } = [];
    public bool SuperAdmin { get; init; }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteId("id", Id);
        json.WriteString("email", Email);
        json.WriteString("type", "PERSON");
        json.WriteString("firstName", FirstName);
        json.WriteString("lastName", LastName);
        if (Archived) json.WriteNull("userId");
        else json.WriteNumber("userId", UserId);
        json.WriteNumber("userIdIncludingInactive", UserId);
        json.WriteTime("createdAt", CreatedMs);
        json.WriteTime("updatedAt", UpdatedMs);
        json.WriteBoolean("archived", Archived);
        if (!Archived && PrimaryTeamId is not null) WriteTeams(json);
        json.WriteEndObject();
    }

    private void WriteTeams(Utf8JsonWriter json)
    {
        json.WriteStartArray("teams");
        foreach (var (id, name) in OwnerList.Teams.Where(team => team.Id == PrimaryTeamId || SecondaryTeamIds.Contains(team.Id)))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("name", name);
            json.WriteBoolean("primary", id == PrimaryTeamId);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
