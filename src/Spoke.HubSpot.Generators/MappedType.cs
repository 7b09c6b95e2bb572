using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Spoke.HubSpot.Generators;

internal enum ValueKind { Text, Bool, Int, Long, Decimal, Double, Date, Moment, Option, TextList, OptionList }

/// <summary>A member and the property it holds.</summary>
internal sealed record MappedMember(string Name, string Property, ValueKind Kind, bool Nullable, bool ReadOnly, string? Enumeration, Members<string> Options);

/// <summary>What the generator must know of a type.</summary>
internal sealed record MappedType(string Namespace, string Name, string Keyword, string ObjectType, string? IdMember, Members<MappedMember> MappedMembers, Members<Problem> Problems)
{
    public string FileName => (Namespace.Length == 0 ? "" : Namespace + ".") + Name + ".HubSpot.g.cs";

    public static MappedType Of(GeneratorAttributeSyntaxContext found)
    {
        var type = (INamedTypeSymbol)found.TargetSymbol;
        var syntax = (TypeDeclarationSyntax)found.TargetNode;
        var problems = new List<Problem>();
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword)) problems.Add(Problem.At("SPOKE001", $"{type.Name} has HubSpotRecord and must be partial, so that its mapping can be added.", syntax.Identifier.GetLocation()));
        if (type.ContainingType is not null) problems.Add(Problem.At("SPOKE002", $"{type.Name} has HubSpotRecord and must stand directly in a namespace, not in another type.", syntax.Identifier.GetLocation()));
        if (type.IsGenericType) problems.Add(Problem.At("SPOKE002", $"{type.Name} has HubSpotRecord and must not be generic.", syntax.Identifier.GetLocation()));
        string? id = null;
        var members = new List<MappedMember>();
        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
        {
            foreach (var attribute in property.GetAttributes())
            {
                if (attribute.AttributeClass?.ToDisplayString() == "Spoke.HubSpot.HubSpotIdAttribute")
                {
                    id = property.Name;
                    if (property.Type.ToDisplayString() != "Spoke.HubSpot.RecordId?") problems.Add(Problem.At("SPOKE003", $"{property.Name} has HubSpotId and must be of type RecordId?.", property.Locations.FirstOrDefault()));
                }
                else if (attribute.AttributeClass?.ToDisplayString() == "Spoke.HubSpot.HubSpotPropertyAttribute" && attribute.ConstructorArguments.Length == 1)
                {
                    if (Member(property, attribute) is { } member) members.Add(member);
                    else problems.Add(Problem.At("SPOKE003", $"{property.Name} is of type {property.Type.ToDisplayString()}, which has no place in HubSpot. Use string, bool, int, long, decimal, double, DateOnly, DateTimeOffset, an enumeration with HubSpotOption on each member, or IReadOnlyList of string or of such an enumeration.", property.Locations.FirstOrDefault()));
                }
            }
        }
        foreach (var twice in members.GroupBy(member => member.Property).Where(group => group.Count() > 1))
            problems.Add(Problem.At("SPOKE004", $"The property {twice.Key} is held by {string.Join(" and ", twice.Select(member => member.Name))}; one member may hold it.", syntax.Identifier.GetLocation()));
        return new MappedType(type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(), type.Name, Word(type), (string?)found.Attributes[0].ConstructorArguments.FirstOrDefault().Value ?? "",
            id, new Members<MappedMember>([.. members]), new Members<Problem>([.. problems]));
    }

    private static string Word(INamedTypeSymbol type) => (type.IsRecord ? "record " : "") + (type.IsValueType ? "struct" : type.IsRecord ? "class" : "class");

    private static MappedMember? Member(IPropertySymbol property, AttributeData attribute)
    {
        var type = property.Type;
        var nullable = type.NullableAnnotation == NullableAnnotation.Annotated;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } wrapped) type = wrapped.TypeArguments[0];
        var readOnly = attribute.NamedArguments.Any(argument => argument.Key == "ReadOnly" && argument.Value.Value is true);
        if (KindOf(type, out var enumeration) is not { } kind) return null;
        var options = enumeration is null ? ImmutableArray<string>.Empty : Options(enumeration);
        if (enumeration is not null && options.IsEmpty) return null;
        return new MappedMember(property.Name, (string)attribute.ConstructorArguments[0].Value!, kind, nullable, readOnly, enumeration?.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat), new Members<string>(options));
    }

    private static ValueKind? KindOf(ITypeSymbol type, out INamedTypeSymbol? enumeration)
    {
        enumeration = type.TypeKind == TypeKind.Enum ? (INamedTypeSymbol)type : null;
        if (enumeration is not null) return ValueKind.Option;
        switch (type.SpecialType)
        {
            case SpecialType.System_String: return ValueKind.Text;
            case SpecialType.System_Boolean: return ValueKind.Bool;
            case SpecialType.System_Int32: return ValueKind.Int;
            case SpecialType.System_Int64: return ValueKind.Long;
            case SpecialType.System_Decimal: return ValueKind.Decimal;
            case SpecialType.System_Double: return ValueKind.Double;
        }
        if (type is INamedTypeSymbol { Name: "IReadOnlyList", TypeArguments.Length: 1 } list && list.ContainingNamespace.ToDisplayString() == "System.Collections.Generic")
        {
            if (list.TypeArguments[0].SpecialType == SpecialType.System_String) return ValueKind.TextList;
            enumeration = list.TypeArguments[0].TypeKind == TypeKind.Enum ? (INamedTypeSymbol)list.TypeArguments[0] : null;
            return enumeration is null ? null : ValueKind.OptionList;
        }
        return type.ToDisplayString() switch { "System.DateOnly" => ValueKind.Date, "System.DateTimeOffset" => ValueKind.Moment, _ => null };
    }

    /// <summary>MEMBER=VALUE for each member; empty when one has no value given.</summary>
    private static ImmutableArray<string> Options(INamedTypeSymbol enumeration)
    {
        var options = new List<string>();
        foreach (var field in enumeration.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue))
        {
            if (field.GetAttributes().FirstOrDefault(a => a.AttributeClass?.ToDisplayString() == "Spoke.HubSpot.HubSpotOptionAttribute") is not { ConstructorArguments: { Length: 1 } arguments } || arguments[0].Value is not string value) return ImmutableArray<string>.Empty;
            options.Add(field.Name + "=" + value);
        }
        return [.. options];
    }
}
