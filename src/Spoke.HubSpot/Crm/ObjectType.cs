namespace Spoke.HubSpot;

/// <summary>A type of CRM object by its name in paths. Known ones are members; any other name works too.</summary>
/// <param name="Name">Plural name or type id, such as <c>orders</c> or <c>0-123</c>.</param>
public readonly record struct ObjectType(string Name)
{
    /// <summary>Contacts.</summary>
    public static ObjectType Contacts { get; } = new("contacts");
    /// <summary>Companies.</summary>
    public static ObjectType Companies { get; } = new("companies");
    /// <summary>Deals.</summary>
    public static ObjectType Deals { get; } = new("deals");
    /// <summary>Tickets.</summary>
    public static ObjectType Tickets { get; } = new("tickets");
    /// <summary>Products.</summary>
    public static ObjectType Products { get; } = new("products");
    /// <summary>Orders.</summary>
    public static ObjectType Orders { get; } = new("orders");
    /// <summary>Line items.</summary>
    public static ObjectType LineItems { get; } = new("line_items");
    /// <summary>Carts.</summary>
    public static ObjectType Carts { get; } = new("carts");
    /// <summary>Notes.</summary>
    public static ObjectType Notes { get; } = new("notes");
    /// <summary>Tasks.</summary>
    public static ObjectType Tasks { get; } = new("tasks");
    /// <summary>Discounts.</summary>
    public static ObjectType Discounts { get; } = new("discounts");

    /// <summary>The type id, which some areas want in place of the name: <c>0-1</c> for contacts. A name without a known id is given as it is.</summary>
    internal string Id => Name switch
    {
        "contacts" => "0-1",
        "companies" => "0-2",
        "deals" => "0-3",
        "tickets" => "0-5",
        "products" => "0-7",
        "line_items" => "0-8",
        "tasks" => "0-27",
        "notes" => "0-46",
        "discounts" => "0-84",
        "orders" => "0-123",
        "carts" => "0-142",
        _ => Name,
    };

    /// <summary>A custom object by its type id, such as <c>2-123</c>, or its fully qualified name.</summary>
    public static ObjectType Custom(string id) => new(id);

    /// <summary>The name.</summary>
    public static implicit operator ObjectType(string name) => new(name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The id of a record, or the value of a unique property where one is asked for.</summary>
public readonly record struct RecordId(string Value)
{
    /// <summary>From text.</summary>
    public static implicit operator RecordId(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
