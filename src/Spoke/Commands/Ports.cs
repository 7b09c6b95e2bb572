using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Spoke.Commands;

/// <summary>Ports of the loopback address, and what to say when one cannot be had.</summary>
internal static class Ports
{
    /// <param name="second">A further port, and the option that chooses it.</param>
    public static async Task<T> BindAsync<T>(int port, Func<Task<T>> start, (int? Port, string Option)? second = null)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            // The web server names the address in its message alone.
            if (second is ({ } further, var option) && taken.Message.Contains(FormattableString.Invariant($":{further}:"), StringComparison.Ordinal)) throw InUse(further, option);
            throw InUse(port);
        }
        catch (SocketException refused)
        {
            throw Refused(port, refused);
        }
    }

    public static UsageException Refused(int port, SocketException refused) => refused.SocketErrorCode == SocketError.AddressAlreadyInUse
        ? InUse(port)
        : new UsageException($"port {port} cannot be opened: {refused.Message}. Choose another with --port.");

    /// <summary>The port that many above, if there is a choice to keep to and it is free; else 0, any.</summary>
    public static int Beside(int port, int above)
    {
        if (port == 0 || port + above > IPEndPoint.MaxPort) return 0;
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port + above));
            return port + above;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static UsageException InUse(int port, string option = "--port") => new($"port {port} is in use by another program. Choose another with {option}, or 0 for a free one.");
}
