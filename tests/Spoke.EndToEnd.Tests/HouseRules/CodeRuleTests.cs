using System.Reflection;
using System.Runtime.CompilerServices;

namespace Spoke.EndToEnd.Tests.HouseRules;

public sealed class CodeRuleTests
{
    private static readonly Assembly[] Ours =
        [.. Directory.GetFiles(AppContext.BaseDirectory, "*poke*.dll")
            .Where(file => Path.GetFileNameWithoutExtension(file) is "spoke" or "Spoke.HubSpot" or "Spoke.Emulator" or "Spoke.Commerce" or "Spoke.Sync" or "Spoke.Console" or "Spoke.Shop" or "Spoke.Proxy")
            .Select(Assembly.LoadFrom)];

    private static IEnumerable<Type> Types => Ours.SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && !type.Name.Contains('<', StringComparison.Ordinal));

    [Fact]
    public void All_eight_assemblies_are_looked_at() => Assert.Equal(8, Ours.Length);

    [Fact]
    public void Every_public_async_method_takes_a_cancellation_token()
    {
        var without =
            from type in Types
            where type.IsVisible && !typeof(Delegate).IsAssignableFrom(type) && !IsComponent(type)
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where ReturnsLater(method.ReturnType) && !method.IsSpecialName && method.Name is not ("DisposeAsync" or "InvokeAsync" or "MoveNextAsync" or "GetAsyncEnumerator")
            where method.GetBaseDefinition().DeclaringType?.Assembly is { } declaring && Ours.Contains(declaring)
            where method.GetParameters().All(p => p.ParameterType != typeof(CancellationToken))
            select $"{type.FullName}.{method.Name}";
        Assert.True(!without.Any(), "Give these a CancellationToken as their last parameter: " + string.Join(", ", without));
    }

    [Fact]
    public void Every_options_class_can_be_validated()
    {
        var without =
            from type in Types
            where type.IsClass && !type.IsNested && type.Name.EndsWith("Options", StringComparison.Ordinal) && !(type.IsAbstract && type.IsSealed)
            where type.GetMethod("Validate", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance) is null
            select type.FullName;
        Assert.True(!without.Any(), "Give these a Validate() that refuses values that cannot work, naming the value and the remedy: " + string.Join(", ", without));
    }

    [Fact]
    public void No_type_is_named_after_a_drawer()
    {
        string[] endings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Processor"];
        var drawers = Types.Where(type => endings.Any(ending => type.Name.EndsWith(ending, StringComparison.Ordinal))).Select(type => type.FullName);
        Assert.True(!drawers.Any(), "Find the noun for: " + string.Join(", ", drawers));
    }

    private static bool IsComponent(Type type)
    {
        for (var t = type; t is not null; t = t.BaseType)
            if (t.FullName == "Microsoft.AspNetCore.Components.ComponentBase") return true;
        return false;
    }

    private static bool ReturnsLater(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>) || type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)));
}
