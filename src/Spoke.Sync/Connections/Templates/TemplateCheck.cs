using Fluid;
using Fluid.Ast;
using Fluid.Ast.BinaryExpressions;
using Fluid.Values;

namespace Spoke.Sync.Connections.Templates;

/// <summary>Goes through a template before it is ever used: every member it names, every filter, and what would make it differ from one time to the next.</summary>
internal sealed class TemplateCheck : AstVisitor
{
    private const int LongestRange = 1000;
    private static readonly HashSet<string> s_same = ["where", "reject", "sort", "sort_natural", "reverse", "uniq", "compact", "concat"];
    private static readonly HashSet<string> s_one = ["first", "last", "find"];
    private static readonly HashSet<string> s_byMember = ["map", "where", "reject", "sort", "sort_natural", "uniq", "compact", "sum", "find", "find_index", "has"];
    private readonly TemplateOptions _options;
    private readonly List<MappingProblem> _problems = [];

    // A null type may be anything: what a filter makes is not followed.
    private readonly Dictionary<string, Type?> _variables;

    private TemplateCheck(TemplateOptions options, IReadOnlyDictionary<string, Type> roots)
    {
        _options = options;
        _variables = roots.ToDictionary(root => root.Key, root => (Type?)root.Value, StringComparer.Ordinal);
    }

    public static IReadOnlyList<MappingProblem> Problems(IFluidTemplate template, TemplateOptions options, IReadOnlyDictionary<string, Type> roots)
    {
        var check = new TemplateCheck(options, roots);
        check.VisitTemplate(template);
        return [.. check._problems.DistinctBy(problem => problem.Text)];
    }

    protected override Expression VisitMemberExpression(MemberExpression memberExpression)
    {
        foreach (var indexer in memberExpression.Segments.OfType<IndexerSegment>()) Visit(indexer.Expression);
        Walk(memberExpression, say: true);
        return memberExpression;
    }

    protected override Expression VisitFilterExpression(FilterExpression filterExpression)
    {
        base.VisitFilterExpression(filterExpression);
        var name = filterExpression.Name;
        if (!_options.Filters.TryGetValue(name, out _)) Say($"there is no filter '{name}'", name, _options.Filters.Select(filter => filter.Key));
        if (filterExpression.Input is LiteralExpression { Value: StringValue moment } && moment.ToStringValue() is "now" or "today")
            Say($"a template has no clock, so it cannot say '{moment.ToStringValue()}': one record would look different each time");
        if (s_byMember.Contains(name) && LedgerMembers.Element(Shape(filterExpression.Input)) is { } element && filterExpression.Parameters is [{ Name: null or "", Expression: LiteralExpression { Value: StringValue member } }, ..])
            Member(element, member.ToStringValue(), name);
        return filterExpression;
    }

    protected override Statement VisitAssignStatement(AssignStatement assignStatement)
    {
        base.VisitAssignStatement(assignStatement);
        _variables[assignStatement.Identifier] = Shape(assignStatement.Value);
        return assignStatement;
    }

    protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
    {
        base.VisitCaptureStatement(captureStatement);
        _variables[captureStatement.Identifier] = typeof(string);
        return captureStatement;
    }

    protected override Statement VisitIncrementStatement(IncrementStatement incrementStatement)
    {
        _variables[incrementStatement.Identifier] = typeof(int);
        return incrementStatement;
    }

    protected override Statement VisitDecrementStatement(DecrementStatement decrementStatement)
    {
        _variables[decrementStatement.Identifier] = typeof(int);
        return decrementStatement;
    }

    protected override Statement VisitForStatement(ForStatement forStatement)
    {
        Visit(forStatement.Source);
        if (forStatement.Limit is not null) Visit(forStatement.Limit);
        if (forStatement.Offset is not null && !forStatement.OffsetIsContinue) Visit(forStatement.Offset);
        var outside = new Dictionary<string, Type?>(_variables);
        (_variables[forStatement.Identifier], _variables["forloop"]) = (LedgerMembers.Element(Shape(forStatement.Source)), null);
        foreach (var statement in forStatement.Statements) Visit(statement);
        foreach (var name in (string[])[forStatement.Identifier, "forloop"])
        {
            if (outside.TryGetValue(name, out var before)) _variables[name] = before;
            else _variables.Remove(name);
        }
        if (forStatement.Else is not null) Visit(forStatement.Else);
        return forStatement;
    }

    protected override Expression VisitRangeExpression(RangeExpression rangeExpression)
    {
        if (rangeExpression is not { From: LiteralExpression { Value: NumberValue from }, To: LiteralExpression { Value: NumberValue to } } || to.ToNumberValue() - from.ToNumberValue() > LongestRange)
            Say($"a range is between two numbers, at most {LongestRange} apart: (1..10)");
        return rangeExpression;
    }

    protected override Expression VisitEqualBinaryExpression(EqualBinaryExpression equalBinaryExpression) => Compared(equalBinaryExpression, base.VisitEqualBinaryExpression(equalBinaryExpression));

    protected override Expression VisitNotEqualBinaryExpression(NotEqualBinaryExpression notEqualBinaryExpression) => Compared(notEqualBinaryExpression, base.VisitNotEqualBinaryExpression(notEqualBinaryExpression));

    protected override Expression VisitGreaterThanBinaryExpression(GreaterThanBinaryExpression greaterThanBinaryExpression) => Compared(greaterThanBinaryExpression, base.VisitGreaterThanBinaryExpression(greaterThanBinaryExpression));

    protected override Expression VisitLowerThanBinaryExpression(LowerThanBinaryExpression lowerThanBinaryExpression) => Compared(lowerThanBinaryExpression, base.VisitLowerThanBinaryExpression(lowerThanBinaryExpression));

    protected override Statement VisitIncludeStatement(IncludeStatement includeStatement) => Whole(includeStatement);

    protected override Statement VisitRenderStatement(RenderStatement renderStatement) => Whole(renderStatement);

    protected override Statement VisitFromStatement(FromStatement fromStatement) => Whole(fromStatement);

    protected override Statement VisitTableRowStatement(TableRowStatement tableRowStatement)
    {
        Say("tablerow writes HTML, which no property shows; use for");
        return tableRowStatement;
    }

    private Statement Whole(Statement statement)
    {
        Say("a template cannot take in a file; write all of it here");
        return statement;
    }

    private Expression Compared(BinaryExpression comparison, Expression visited)
    {
        foreach (var side in (Expression[])[comparison.Left, comparison.Right])
            if (side is MemberExpression member && LedgerMembers.IsMoney(Shape(member))) Say($"an amount is compared by its number: {Path(member)}.amount");
        return visited;
    }

    /// <summary>The type of what an expression stands for; null: it may be anything.</summary>
    private Type? Shape(Expression expression) => expression switch
    {
        MemberExpression member => Walk(member, say: false),
        FilterExpression filter when s_same.Contains(filter.Name) => Shape(filter.Input),
        FilterExpression filter when s_one.Contains(filter.Name) => LedgerMembers.Element(Shape(filter.Input)),
        _ => null,
    };

    private Type? Walk(MemberExpression expression, bool say)
    {
        if (expression.Segments[0] is not IdentifierSegment first) return null;
        if (!_variables.TryGetValue(first.Identifier, out var type))
        {
            if (say) Say($"there is no '{first.Identifier}'", first.Identifier, _variables.Keys);
            return null;
        }
        var path = first.Identifier;
        foreach (var segment in expression.Segments.Skip(1))
        {
            if (type is null) return null;
            if (segment is IndexerSegment) type = LedgerMembers.Element(type);
            else if (segment is not IdentifierSegment { Identifier: var name }) return null;
            else if (LedgerMembers.Of(type).TryGetValue(name, out var member)) (type, path) = (member.Type, $"{path}.{name}");
            else
            {
                if (say) Member(type, name, path);
                return null;
            }
        }
        return type;
    }

    private void Member(Type type, string name, string of)
    {
        var members = LedgerMembers.Of(type);
        if (!members.ContainsKey(name)) Say($"{of} has no '{name}'", name, members.Keys);
    }

    private static string Path(MemberExpression member) => string.Join('.', member.Segments.OfType<IdentifierSegment>().Select(segment => segment.Identifier));

    private void Say(string text, string? word = null, IEnumerable<string>? candidates = null) => _problems.Add(new MappingProblem("", text, word, [.. (candidates ?? []).Order(StringComparer.Ordinal)]));
}
