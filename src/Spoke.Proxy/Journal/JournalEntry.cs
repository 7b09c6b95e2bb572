using Spoke.HubSpot;

namespace Spoke.Proxy.Journal;

/// <summary>
/// One call as it went through. What stands in it has been masked already (headers) or is masked when somebody looks (<see cref="JournalText"/>):
/// most calls are never looked at.
/// </summary>
internal sealed class JournalEntry(long number, DateTimeOffset at, string portal, string caller, string method, string target, string protocol, KeyValuePair<string, string>[] headers, int bodyBytes)
{
    private JournalText? _text;

    public long Number => number;
    public DateTimeOffset At => at;
    public string Portal => portal;
    public string Caller => caller;
    public string Method => method;
    public string Target => target;
    public string Protocol => protocol;
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders => headers;
    public Excerpt Request { get; } = new(bodyBytes);
    public Excerpt Answer { get; } = new(bodyBytes);

    /// <summary>0: no answer went out.</summary>
    public int Status { get; private set; }
    public IReadOnlyList<KeyValuePair<string, string>> AnswerHeaders { get; private set; } = [];
    public string? Cause { get; private set; }
    public string? Fix { get; private set; }
    public AccessToken Token { get; private set; }

    /// <summary>How often it was sent to HubSpot.</summary>
    public int Attempts { get; private set; }

    /// <summary>Time spent waiting for a turn within the limits.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>From the first byte of the request to the last of the answer.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>Why it ended otherwise than by an answer; null when it did not.</summary>
    public string? Ending { get; private set; }

    /// <summary>Of a 403 for want of a scope: any one of these would do.</summary>
    public IReadOnlyList<string> RequiredScopes { get; set; } = [];

    public void Sending(AccessToken token, int attempt, TimeSpan waited)
    {
        Token = token;
        Attempts = attempt;
        Waited += waited;
    }

    public void Answered(int status, HttpResponseMessage answer, string? cause = null, string? fix = null)
    {
        Status = status;
        AnswerHeaders = MaskedHeaders.Of(answer);
        Cause = cause;
        Fix = fix;
    }

    public void Refused(int status, string cause, string fix, byte[] body)
    {
        (Status, Cause, Fix, AnswerHeaders) = (status, cause, fix, [new("Content-Type", "application/json")]);
        Answer.Add(body);
    }

    public void Ended(int status, TimeSpan took, string? ending)
    {
        if (Status == 0) Status = status;
        Took = took;
        Ending = ending;
    }

    /// <summary>As it may be shown.</summary>
    public JournalText Text => _text ??= new JournalText(this);
}
