namespace Spoke.HubSpot.Tests.Diagnosis.Loop;

/// <summary>What the doctor must say of what was sent and got.</summary>
internal enum Shown
{
    /// <summary>The cause stands first.</summary>
    First,

    /// <summary>HubSpot answers several causes alike: it stands among them, and none is certain.</summary>
    OneOfSeveral,

    /// <summary>It is no fault: nothing is found, and it is ruled out.</summary>
    Innocent,
}

/// <summary>One call of a client; <c>«name»</c> in it stands for a value the story knows by then.</summary>
/// <param name="Headers">As the program hands them to its library.</param>
internal sealed record LoopCall(string Method, string Path, params (string Name, string Value)[] Headers)
{
    public string? Body { get; init; }

    /// <summary>Fields of the answer, or of the address it redirects to, that later calls use: name and field.</summary>
    public (string Name, string Field)[] Take { get; init; } = [];
}

/// <summary>What a client does that fails for one reason.</summary>
/// <param name="Cause">The reason, by its id.</param>
internal sealed record Mistake(string Cause, string Method, string Path, params (string Name, string Value)[] Headers)
{
    public Mistake(string cause, params LoopCall[] calls) : this(cause, "", "") => Several = calls;

    private LoopCall[]? Several { get; }

    public string? Body { get; init; }

    /// <summary>The credential is minted in this state; it stands in the header where <see cref="Mistakes.Minted"/> stands here.</summary>
    public object? Token { get; init; }

    /// <summary>Another credential, known as <c>«second»</c>.</summary>
    public object? Second { get; init; }

    /// <summary>The path on which the server plays the cause itself.</summary>
    public string? Plays { get; init; }

    /// <summary>The address the emulator stands for in the recording; empty: its own.</summary>
    public string StandsFor { get; init; } = "https://api.hubapi.com";

    /// <summary>The call is answered with success, and that is the trouble.</summary>
    public bool IsAnswered { get; init; }

    public Shown Shows { get; init; }

    /// <summary>What is asked of the live portal with the same token, where no recording can tell.</summary>
    public LiveQuestions? Live { get; init; }

    public IReadOnlyList<LoopCall> Calls => Several ?? [new LoopCall(Method, Path, Headers) { Body = Body }];
}
