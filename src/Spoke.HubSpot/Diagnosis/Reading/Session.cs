using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>What several calls of one recording tell together: redirects, a refresh that failed just before, two tokens that take turns.</summary>
internal static class Session
{
    /// <summary>How long after a failed refresh a call without a token is put down to it.</summary>
    private static readonly TimeSpan s_longestAfterRefresh = TimeSpan.FromMinutes(2);

    public static void Link(List<ShownRequest> calls)
    {
        for (var i = 0; i < calls.Count; i++) calls[i].Number = i + 1;
        for (var i = 1; i < calls.Count; i++)
        {
            Redirected(calls, i);
            AfterFailedRefresh(calls, i);
        }
        TakingTurns(calls);
        RefreshedTooLate(calls);
        SessionCredentials.Look(calls);
        SessionRights.Look(calls);
    }

    private static void Redirected(List<ShownRequest> calls, int i)
    {
        for (var j = i - 1; j >= 0 && j >= i - 5; j--)
        {
            if (calls[j].Answer is not { Status: >= 300 and < 400 } answer || HarReader.Target(calls[j], answer) is not { } to || !Same(to, calls[i].Url?.Text)) continue;
            calls[i].RedirectedFrom = calls[j];
            calls[j].WasFollowed = true;
            calls[i].Linked.Add(calls[j]);
            return;
        }
    }

    private static bool Same(string a, string? b) => b is not null && (a == b || Uri.TryCreate(a, UriKind.Absolute, out var x) && Uri.TryCreate(b, UriKind.Absolute, out var y) && x == y);

    public static bool IsTokenCall(ShownRequest call) => call.Method == "POST" && call.Address.ApiPath.StartsWith("/oauth/", StringComparison.Ordinal) && call.Address.ApiPath.EndsWith("/token", StringComparison.Ordinal);

    private static bool HasNoToken(ShownRequest call) => (call.Credential.Header is null || call.Credential.Token.Length == 0 || call.Credential.IsVisible && call.Credential.Judgement.Faults is [{ Cause: "V06" }, ..]);

    /// <summary>What is shown does not say which header was sent.</summary>
    private static bool IsOpen(ShownRequest call) => call.Dialect == Dialect.Log || call.IsSanitized;

    private static void AfterFailedRefresh(List<ShownRequest> calls, int i)
    {
        var call = calls[i];
        if (call.Answer?.Likely != 401 || IsTokenCall(call) || !HasNoToken(call) && !(IsOpen(call) && call.Answer.SaysNotFound)) return;
        for (var j = i - 1; j >= 0; j--)
        {
            if (!IsTokenCall(calls[j])) continue;
            if (calls[j].Answer?.Likely is not (>= 400 and < 500) || call.SentAt - calls[j].SentAt > s_longestAfterRefresh) return;
            call.Linked.Add(calls[j]);
            var status = calls[j].Answer!.Envelope?.Status is { } named ? $" ({named})" : "";
            var without = IsOpen(call) ? "HubSpot found no token in this one" : "this one was sent without a token";
            call.Remarks.Add(new Sighting("X04", IsOpen(call) ? Confidence.Likely : Confidence.Certain, call.Answer.Place, "answer", $"the token endpoint answered call {calls[j].Number.ToString(CultureInfo.InvariantCulture)} with {calls[j].Answer!.Likely}{status}, and {without}"));
            return;
        }
    }

    /// <summary>One token is answered, another is refused, and they come in turn: two holders, of which one kept the old token.</summary>
    private static void TakingTurns(List<ShownRequest> calls)
    {
        var judged = calls.Where(c => c.Answer?.Likely is >= 200 and < 300 or 401 && !IsTokenCall(c) && c.Method != "OPTIONS").ToList();
        string Holder(ShownRequest c) => c.Process ?? (c.Credential.IsVisible ? c.Credential.Token.Text : "");
        var holders = judged.Where(c => Holder(c).Length > 0).GroupBy(Holder).ToList();
        if (holders.Count < 2) return;
        foreach (var refused in holders.Where(h => h.Count() > 1 && h.Last().Answer!.Likely == 401 && h.Reverse().Take(2).All(c => c.Answer!.Likely == 401)))
        {
            var last = judged.IndexOf(refused.Last());
            var first = judged.IndexOf(refused.Reverse().TakeWhile(c => c.Answer!.Likely == 401).Last());
            // In turn: the other is answered between this one's refusals, so it is not simply a later token.
            var other = judged.Skip(first).Take(last - first).FirstOrDefault(c => Holder(c) is { Length: > 0 } holder && holder != refused.Key && c.Answer!.Likely < 300);
            if (other is null || !Plausible(refused.Last(), other)) continue;
            var who = refused.Last().Process is { } process ? $"{process} is refused with 401 while {other.Process} is answered" : $"calls {Numbers(refused.Where(c => c.Answer!.Likely == 401))} with one token are refused with 401 while call {other.Number} with another is answered";
            foreach (var call in refused.Where(c => c.Answer!.Likely == 401))
                call.Remarks.Add(new Sighting("X16", Confidence.Likely, call.Answer!.Place, "answers", who + ": two holders of one grant, of which one kept an old token") { Weakens = ["X01", "X02", "X09", "X10"] });
        }
    }

    private static string Numbers(IEnumerable<ShownRequest> calls) => string.Join(", ", calls.Take(5).Select(c => c.Number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Two good-looking tokens of one app; a malformed one, or one of another account, has a cause of its own.</summary>
    private static bool Plausible(ShownRequest refused, ShownRequest answered)
    {
        if (refused.Process is not null) return true;
        if (!refused.Credential.IsPerfect || !answered.Credential.IsPerfect || refused.Credential.Judgement.Kind != answered.Credential.Judgement.Kind) return false;
        return refused.Credential.Judgement.Signed is not { } a || answered.Credential.Judgement.Signed is not { } b || a.HubId == b.HubId && a.AppId == b.AppId;
    }

    /// <summary>A call is refused as expired, and seconds later the token is fetched anew and works.</summary>
    private static void RefreshedTooLate(List<ShownRequest> calls)
    {
        for (var i = 0; i + 1 < calls.Count; i++)
        {
            if (calls[i].Answer?.Likely != 401 || calls[i].Answer!.Envelope?.Category is not ("EXPIRED_AUTHENTICATION" or null) || IsTokenCall(calls[i]) || calls[i].SentAt is not { } refused) continue;
            if (calls.Skip(i + 1).Take(20).FirstOrDefault(IsTokenCall) is not { Answer.Likely: >= 200 and < 300, SentAt: { } fetched } refresh || fetched - refused > TimeSpan.FromSeconds(60)) continue;
            calls[i].Remarks.Add(new Sighting("X02", Confidence.Likely, calls[i].Answer!.Place, "answers", $"refused as expired, and the token was fetched anew only {Math.Max(0, (fetched - refused).TotalSeconds).ToString("0", CultureInfo.InvariantCulture)} s later (call {refresh.Number}): the refresh waits for the refusal instead of for the end of expires_in"));
        }
    }
}
