namespace Spoke.Commands;

/// <summary>What the program's exit code says; the same for every verb.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int NotWell = 1;
    public const int Usage = 2;
    public const int Refused = 3;
    public const int OurFault = 4;
    public const int Interrupted = 130;
}

/// <summary>The command was used or configured in a way that cannot work. The message says what and how to mend it.</summary>
internal sealed class UsageException(string message) : Exception(message);
