namespace Spoke.Emulator.Crm;

/// <summary>What an account told HubSpot about a custom object, beyond its properties.</summary>
internal sealed class CustomSchema
{
    public required string Name { get; init; }
    public required string FullyQualifiedName { get; init; }
    public string? SingularLabel { get; set; }
    public string? PluralLabel { get; set; }
    public string? Description { get; set; }
    public string? PrimaryDisplayProperty { get; set; }
    public IReadOnlyList<string> SecondaryDisplayProperties { get; set; } = [];
    public IReadOnlyList<string> SearchableProperties { get; set; } = [];
    public long CreatedMs { get; init; }
    public long UpdatedMs { get; set; }

    /// <summary>Zero while the type is in use.</summary>
    public long ArchivedMs { get; set; }
}
