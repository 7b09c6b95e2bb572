using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Which published endpoints are carried out behind the gate: found out by calling each on an account made for it.</summary>
internal static class Implemented
{
    private static readonly Caller Nobody = new(TokenStore.DefaultHub, 0, 0, new HashSet<string>(), "");

    public static IReadOnlySet<Route> Among(IEnumerable<Route> routes)
    {
        using var scratch = new CrmApi(TokenStore.DefaultHub);
        return routes.Where(route => Answers(scratch, route)).ToHashSet();
    }

    private static bool Answers(CrmApi scratch, Route route)
    {
        string[] segments = [.. route.Template.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Example)];
        if (OwnEndpoints.Knows(route.Method, segments)) return true;
        var call = new EmulatorCall { Method = route.Method, Segments = segments, Body = route.Method is "GET" or "DELETE" ? default : "{}"u8.ToArray(), At = DateTimeOffset.UnixEpoch, Caller = Nobody };
        return scratch.Handle(call) is not null;
    }

    private static string Example(string segment) => !segment.StartsWith('{') ? segment
        : segment.Contains("ObjectType}", StringComparison.OrdinalIgnoreCase) ? "contacts" : "1";
}
