using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Spoke.HubSpot.Generators;

/// <summary>Writes the mapping of types with HubSpotRecord: which properties they hold, from a record, to a record.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class RecordMapper : IIncrementalGenerator
{
    private const string RecordAttribute = "Spoke.HubSpot.HubSpotRecordAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var types = context.SyntaxProvider.ForAttributeWithMetadataName(RecordAttribute, static (node, _) => node is TypeDeclarationSyntax, static (found, _) => MappedType.Of(found));
        context.RegisterSourceOutput(types, static (output, type) =>
        {
            foreach (var problem in type.Problems) output.ReportDiagnostic(problem.ToDiagnostic());
            if (type.Problems.IsEmpty) output.AddSource(type.FileName, SourceText.From(MappingWriter.Write(type), Encoding.UTF8));
        });
    }
}

/// <summary>A fault in a mapped type, in values only, so that the generator's results can be compared.</summary>
internal sealed record Problem(string Id, string Message, string File, TextSpan Span, LinePositionSpan Lines)
{
    public static Problem At(string id, string message, Location? location) =>
        new(id, message, location?.SourceTree?.FilePath ?? "", location?.SourceSpan ?? default, location?.GetLineSpan().Span ?? default);

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(new DiagnosticDescriptor(Id, "The type cannot be mapped to a HubSpot record", "{0}", "Spoke.HubSpot", DiagnosticSeverity.Error, isEnabledByDefault: true), Location.Create(File, Span, Lines), Message);
}

/// <summary>A list compared by its members.</summary>
internal readonly struct Members<T>(ImmutableArray<T> items) : System.IEquatable<Members<T>>
{
    public ImmutableArray<T> Items { get; } = items;

    public bool IsEmpty => Items.IsDefaultOrEmpty;

    public ImmutableArray<T>.Enumerator GetEnumerator() => (Items.IsDefault ? ImmutableArray<T>.Empty : Items).GetEnumerator();

    public bool Equals(Members<T> other) => (Items.IsDefault ? ImmutableArray<T>.Empty : Items).SequenceEqual(other.Items.IsDefault ? ImmutableArray<T>.Empty : other.Items);

    public override bool Equals(object? obj) => obj is Members<T> other && Equals(other);

    public override int GetHashCode() => Items.IsDefault ? 0 : Items.Length;
}
