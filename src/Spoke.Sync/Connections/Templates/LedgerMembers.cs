using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using Fluid.Values;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Connections.Templates;

/// <summary>A member that a template can name.</summary>
internal sealed record LedgerMember(string Name, Type Type, Func<object, object?> Read);

/// <summary>The ledger as templates see it: its members in snake_case, times in ISO 8601 and UTC, states as words.</summary>
internal static class LedgerMembers
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, LedgerMember>> s_known = new();

    private sealed record ConnectionFacts(string Name);

    private sealed record StoreFacts(string Host);

    /// <summary>What a template of an object begins with.</summary>
    public static IReadOnlyDictionary<string, Type> Roots(string @object)
    {
        var roots = new Dictionary<string, Type>(StringComparer.Ordinal) { ["connection"] = typeof(ConnectionFacts), ["store"] = typeof(StoreFacts) };
        switch (@object)
        {
            case RecordObjects.Contacts: (roots["customer"], roots["order"], roots["cart"], roots["totals"]) = (typeof(Customer), typeof(Order), typeof(Cart), typeof(CustomerAggregates)); break;
            case RecordObjects.Companies: roots["company"] = typeof(Company); break;
            case RecordObjects.Products: roots["variant"] = typeof(Variant); break;
            case RecordObjects.Orders: roots["order"] = typeof(Order); break;
            case RecordObjects.Carts: roots["cart"] = typeof(Cart); break;
            case RecordObjects.LineItems: (roots["line"], roots["order"], roots["cart"]) = (typeof(OrderLine), typeof(Order), typeof(Cart)); break;
        }
        return roots;
    }

    public static (string Name, object? Value) Connection(string name) => ("connection", new ConnectionFacts(name));

    public static (string Name, object? Value) Store(string host) => ("store", new StoreFacts(host));

    /// <summary>The members of a type, whatever it is: a text has a size, a list a first and a last.</summary>
    public static IReadOnlyDictionary<string, LedgerMember> Of(Type type) => s_known.GetOrAdd(Nullable.GetUnderlyingType(type) ?? type, Read);

    /// <summary>What a list is a list of; null: it is no list.</summary>
    public static Type? Element(Type? type) => type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    public static bool IsMoney(Type? type) => type is not null && (Nullable.GetUnderlyingType(type) ?? type) is var plain && (plain == typeof(Money) || plain == typeof(LineMoney));

    public static FluidValue Value(object? value) => value switch
    {
        null => NilValue.Instance,
        string text => StringValue.Create(text),
        bool truth => BooleanValue.Create(truth),
        int number => NumberValue.Create(number),
        long number => NumberValue.Create(number),
        decimal number => NumberValue.Create(number),
        Money money => new MoneyValue(money.Major, money.Currency, money.ToPlainText()),
        LineMoney money => new MoneyValue(money.Major, money.Currency, money.ToPlainText()),
        DateTimeOffset at => StringValue.Create(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        Enum state => StringValue.Create(Snake(state.ToString())),
        IEnumerable list => new ArrayValue([.. list.Cast<object?>().Select(Value)]),
        _ => new DictionaryValue(new LedgerObject(value)),
    };

    private static IReadOnlyDictionary<string, LedgerMember> Read(Type type)
    {
        if (IsMoney(type)) return Made(("amount", typeof(decimal)), ("currency", typeof(string)));
        if (type == typeof(string)) return Made(("size", typeof(int)));
        if (Element(type) is { } element) return Made(("size", typeof(int)), ("first", element), ("last", element));
        if (type.Namespace?.StartsWith("Spoke.", StringComparison.Ordinal) != true || type.IsEnum) return Made();
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.Name != nameof(LedgerEntity.Kind))
            .Select(p => new LedgerMember(Snake(p.Name), p.PropertyType, p.GetValue)).ToDictionary(member => member.Name, StringComparer.Ordinal);
        if (type == typeof(Order)) members["status"] = new LedgerMember("status", typeof(OrderStatus), order => ((Order)order).Canonical());
        return members;
    }

    // Their values answer for themselves.
    private static Dictionary<string, LedgerMember> Made(params ReadOnlySpan<(string Name, Type Type)> members)
    {
        var made = new Dictionary<string, LedgerMember>(StringComparer.Ordinal);
        foreach (var (name, type) in members) made[name] = new LedgerMember(name, type, _ => null);
        return made;
    }

    private static string Snake(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    /// <summary>Reads a member when it is asked for.</summary>
    private sealed class LedgerObject(object entity) : IFluidIndexable
    {
        private readonly IReadOnlyDictionary<string, LedgerMember> _members = Of(entity.GetType());

        public int Count => _members.Count;

        public IEnumerable<string> Keys => _members.Keys;

        public bool TryGetValue(string name, out FluidValue value)
        {
            var known = _members.TryGetValue(name, out var member);
            value = known ? Value(member!.Read(entity)) : NilValue.Instance;
            return known;
        }
    }
}
