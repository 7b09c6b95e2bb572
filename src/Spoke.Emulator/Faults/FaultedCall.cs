using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Faults;

/// <summary>What a fault can be matched by.</summary>
internal readonly struct FaultedCall(HttpRequest request, Caller caller, DateTimeOffset at)
{
    private const string Scheme = "Bearer ";

    public string Method => request.Method;
    public string Path => request.Path.Value ?? "/";

    /// <summary>0 when nobody knows whose call it is.</summary>
    public long HubId => caller.Token.Length > 0 ? caller.HubId : 0;
    public DateTimeOffset At => at;

    /// <summary>As it was sent, valid or not.</summary>
    public string? Token => request.Headers.Authorization.ToString() is { Length: > 7 } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;

    public string? Header(string name) => request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
