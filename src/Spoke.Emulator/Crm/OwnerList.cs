using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>The users who can own records. A portal starts with three desks; there is no API to add more.</summary>
internal sealed class OwnerList
{
    private const long CreatedMs = 1_577_836_800_000;

    public IReadOnlyList<Owner> All { get; } =
    [
        new(76000001, 61000001, "sales@portal.example", "Sales", "Desk", CreatedMs, false),
        new(76000002, 61000002, "support@portal.example", "Support", "Desk", CreatedMs, false),
        new(76000003, 61000003, "fulfilment@portal.example", "Fulfilment", "Desk", CreatedMs, false),
        new(76000004, 61000004, "former@portal.example", "Former", "Desk", CreatedMs, true),
    ];
}

internal sealed record Owner(long Id, long UserId, string Email, string FirstName, string LastName, long CreatedMs, bool Archived)
{
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
        json.WriteTime("updatedAt", CreatedMs);
        json.WriteBoolean("archived", Archived);
        json.WriteEndObject();
    }
}
