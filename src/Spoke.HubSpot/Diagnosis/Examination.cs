using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>Runs every rule over what was shown and weighs what they saw.</summary>
internal static class Examination
{
    // Found for certain, the first makes the others moot: they say the same thing again, or less.
    private static readonly (string By, string[] Moot)[] s_explained =
    [
        ("R17", ["R09", "R10", "R11", "R14", "X08"]),
        ("R08", ["H01", "K04"]), ("K14", ["H01", "R09", "R02"]), ("H15", ["H01"]), ("H03", ["H01", "H02"]), ("H05", ["H01"]), ("K01", ["H01"]), ("K03", ["H01", "K01"]), ("K04", ["H01"]), ("R07", ["H01"]), ("X04", ["H01", "V06"]), ("R03", ["H01"]),
        ("R15", ["H01", "H15", "R01", "R02", "R09", "R11"]), ("H10", ["H01", "H15", "H09"]), ("V06", ["H01", "H08"]), ("H14", ["H16"]), ("X08", ["R11"]), ("H11", ["H15", "H01"]), ("P07", ["X10"]), ("H16", ["H18"]), ("R01", ["R09", "X15"]), ("X03", ["X02"]),
    ];

    public static Diagnosis Of(List<ShownRequest> requests, IEnumerable<string> notes, DateTimeOffset now)
    {
        var secrets = requests.GroupBy(r => r.Source).ToDictionary(g => g.Key, g => SecretPlaces.Of(g.Key, g));
        var weighed = requests.Select(request => new Weighed(request, Weigh(request, now, requests.Count > 1, secrets))).ToList();
        var told = Told(weighed);
        var all = told.SelectMany((w, i) => w.Findings.Select(f => (f.Finding, f.Order, w.Request, Number: i))).OrderBy(f => f.Finding.Confidence).ThenBy(f => f.Order).ThenBy(f => f.Number).ToList();
        var shown = told.Select(w => w.Request).ToList();
        var chosen = all.Count > 0 ? all[0].Request : shown.Find(r => r.Answer?.IsFailure == true) ?? shown[^1];
        var findings = Merged(all.Select(f => f.Finding));
        var verdict = VerdictOf(findings, shown);
        return new Diagnosis
        {
            Verdict = verdict,
            Findings = findings,
            RuledOut = RuledOut(shown, findings),
            Scopes = new ScopeFindings(CallScopes.Of(chosen), Missing(chosen)),
            Corrected = CallCorrection.Of(chosen, findings),
            Notes = [.. notes, .. Notes(shown, [.. told.Where(w => w.Findings.Count > 0).Select(w => w.Request)], verdict)],
            Next = Advice.Of(verdict, findings, chosen),
            Each = [.. weighed.Where(w => w.Findings.Count > 0).Select(w => new RequestFindings(w.Request.Number, PlaceOf(w.Request), w.Request.Source, Sorted(w)))],
            IsRateLimit = chosen.Answer?.IsRateLimit == true,
            Requests = IsOneCall(requests) ? [] : [.. weighed.Select(w => Listed(w, secrets.Count > 1))],
            Explained = IsOneCall(requests) ? null : chosen.Number,
        };
    }

    private sealed record Weighed(ShownRequest Request, List<(Finding Finding, int Order)> Findings)
    {
        public Confidence? Best => Findings.Count == 0 ? null : Findings.Min(f => f.Finding.Confidence);
    }

    private static List<Finding> Sorted(Weighed weighed) => [.. weighed.Findings.OrderBy(f => f.Finding.Confidence).ThenBy(f => f.Order).Select(f => f.Finding)];

    private static LocatedText? PlaceOf(ShownRequest request) => request.GivenMethod ?? request.Url ?? request.Headers.FirstOrDefault()?.Name ?? request.Answer?.Place;

    /// <summary>A redirect followed by one program is one call, whatever its hops.</summary>
    private static bool IsOneCall(List<ShownRequest> requests) => requests.Count == 1 || requests.TrueForAll(r => r.Dialect == Dialect.Transcript);

    /// <summary>The first that fails, with what belongs to its story; where nothing shows a failure, the first with the surest cause.</summary>
    private static List<Weighed> Told(List<Weighed> weighed)
    {
        if (IsOneCall([.. weighed.Select(w => w.Request)])) return weighed;
        bool Fails(Weighed w) => w.Request.Answer is { IsFailure: true } answer && answer.Likely is not (>= 300 and < 400);
        var first = weighed.Find(w => Fails(w) && w.Best is Confidence.Certain or Confidence.Likely) ?? weighed.Find(w => Fails(w) && w.Findings.Count > 0)
            ?? weighed.Find(w => w.Best == Confidence.Certain) ?? weighed.Find(w => w.Best == Confidence.Likely) ?? weighed.Find(Fails) ?? weighed.Find(w => w.Best is not null) ?? weighed[^1];
        // A refresh that fails is told with the call that then goes out without a token.
        var outcome = Session.IsTokenCall(first.Request) ? weighed.Find(w => w.Request.Linked.Contains(first.Request)) : null;
        if (outcome is not null) first = outcome;
        return [first, .. weighed.Where(w => first.Request.Linked.Contains(w.Request))];
    }

    private static ExaminedRequest Listed(Weighed weighed, bool several)
    {
        var request = weighed.Request;
        var findings = Sorted(weighed);
        var at = request.Address;
        var address = (at.Scheme.Length > 0 ? at.Scheme + "://" : "") + at.Host.Text + at.Path.Text;
        return new ExaminedRequest(request.Number, request.Name is { } name ? SecretPlaces.Mask(name) : several ? request.Source.Name : null, request.Method, SecretPlaces.Mask(address.Length > 300 ? address[..300] : address), request.Answer?.Status, VerdictOf(findings, [request]), findings.FirstOrDefault()?.Id);
    }

    private static List<(Finding Finding, int Order)> Weigh(ShownRequest request, DateTimeOffset now, bool several, Dictionary<SourceText, SecretPlaces> secrets)
    {
        var sightings = request.Remarks.Select(remark => (Sighting: remark, Order: OrderOf(remark.Cause))).ToList();
        for (var i = 0; i < Rule.All.Count; i++)
            if (Rule.All[i].CanTell(request)) sightings.AddRange(Rule.All[i].Look(request, now).Select(s => (s, i)));
        request.Causes.UnionWith(sightings.Select(s => s.Sighting.Cause));
        if (request.Answer?.Status is >= 200 and < 300) sightings.RemoveAll(s => s.Sighting.Cause is not ("R13" or "R16") && !(s.Sighting.Cause == "R07" && request.Method == "OPTIONS"));
        // The proxy sends its own token: what the caller's header holds matters to nobody.
        if (request.IsThroughProxy) sightings.RemoveAll(s => s.Sighting.Part != "answer" && (s.Sighting.Cause[0] is 'H' or 'V' or 'K' || s.Sighting.Cause is "R01" or "R02" or "R16" or "P07" or "P08" or "X01"));
        Demote(sightings, request);
        var found = new List<(Finding, int)>();
        foreach (var group in sightings.GroupBy(s => s.Sighting.Cause))
        {
            var best = group.OrderBy(s => s.Sighting.Confidence).First();
            var cause = Causes.Get(group.Key);
            found.Add((new Finding(cause.Id, cause.Title, best.Sighting.Confidence, [.. group.OrderBy(s => s.Sighting.Confidence).Take(3).Select(s => EvidenceOf(s.Sighting, request, several, secrets))], SecretPlaces.Mask(best.Sighting.Fix ?? cause.Fix), cause.Source), best.Order));
        }
        return found;
    }

    private static void Demote(List<(Sighting Sighting, int Order)> sightings, ShownRequest request)
    {
        var certain = sightings.Where(s => s.Sighting.Confidence == Confidence.Certain).Select(s => s.Sighting.Cause).ToHashSet();
        foreach (var (by, moot) in s_explained)
            if (certain.Contains(by)) sightings.RemoveAll(s => moot.Contains(s.Sighting.Cause));
        // Bearer glued to a good token: without it nothing is left to find fault with.
        if (certain.Contains("H07") && TokenJudgement.Of(request.Credential.Token.Text[Math.Min(6, request.Credential.Token.Length)..]) is { Kind: not null, Faults.Count: 0 }) sightings.RemoveAll(s => s.Sighting.Cause is "K10" or "V01");
        var weakened = sightings.SelectMany(s => s.Sighting.Weakens.Select(id => (id, s.Sighting.Confidence))).ToList();
        for (var i = 0; i < sightings.Count; i++)
        {
            var (sighting, order) = sightings[i];
            // A cause that another explains is no surer than that one.
            foreach (var (id, by) in weakened)
                if (sighting.Cause == id && sighting.Confidence < by) sightings[i] = (sighting with { Confidence = by }, order);
            sighting = sightings[i].Sighting;
            // The browser's session explains the browser's host.
            if (sighting.Cause == "R01" && certain.Contains("K14")) sightings[i] = (sighting with { Confidence = Confidence.Likely }, order);
            // A template named after another kind of credential says more by its name.
            if (sighting.Cause == "V03" && request.Dialect == Dialect.Http && sightings.Exists(s => s.Sighting.Cause is "K07" or "K08" or "K09" or "K12")) sightings[i] = (sighting with { Confidence = Confidence.Possible }, order);
        }
    }

    private static int OrderOf(string cause)
    {
        for (var i = 0; i < Rule.All.Count; i++)
            if (Rule.All[i].Cause == cause) return i;
        return Rule.All.Count;
    }

    private static Evidence EvidenceOf(Sighting sighting, ShownRequest request, bool several, Dictionary<SourceText, SecretPlaces> secrets)
    {
        var where = (several ? $"request {request.Number.ToString(CultureInfo.InvariantCulture)}{(request.Name is { } name && request.Dialect != Dialect.Fragment ? $" ({name})" : "")}, " : "") + sighting.Part;
        if (sighting.ColumnInPart is { } column) where += $", column {column.ToString(CultureInfo.InvariantCulture)}";
        var shows = sighting.Shows;
        if (sighting.Place is { } place)
        {
            var (line, at) = request.Source.At(place.OffsetAt(0));
            where += $"; {((secrets.Count > 1 || request.Origins.Count > 0) && request.Source.Name is { } file ? file + ", " : "")}line {line.ToString(CultureInfo.InvariantCulture)}, column {at.ToString(CultureInfo.InvariantCulture)}";
            if (request.Origins.TryGetValue(place.OffsetAt(0), out var origin)) shows += $" (from {origin})";
        }
        return new Evidence(SecretPlaces.Mask(where), SecretPlaces.Mask(shows)) { Place = sighting.Place, Secrets = secrets[request.Source] };
    }

    private static List<Finding> Merged(IEnumerable<Finding> findings)
    {
        var merged = new List<Finding>();
        foreach (var finding in findings)
        {
            var at = merged.FindIndex(m => m.Id == finding.Id);
            if (at < 0) merged.Add(finding);
            else merged[at] = merged[at] with { Evidence = [.. merged[at].Evidence, .. finding.Evidence] };
        }
        return merged;
    }

    private static Verdict VerdictOf(List<Finding> findings, List<ShownRequest> requests) =>
        findings.Exists(f => f.Confidence == Confidence.Certain) ? Verdict.CauseFound
        : findings.Exists(f => f.Confidence == Confidence.Likely) ? Verdict.Likely
        : findings.Count > 0 || requests.Exists(r => r.Answer?.IsFailure == true && !r.WasFollowed) ? Verdict.Unknown : Verdict.Healthy;

    private static List<RuledOut> RuledOut(List<ShownRequest> requests, List<Finding> findings)
    {
        var found = findings.Select(f => f.Id).ToHashSet();
        var ruled = new SortedDictionary<string, RuledOut>(StringComparer.Ordinal);
        foreach (var id in Rule.All.Select(r => r.Cause).Distinct().Where(id => !found.Contains(id)))
        {
            var rules = Rule.All.Where(r => r.Cause == id).ToList();
            if (requests.TrueForAll(request => rules.Exists(r => r.CanTell(request)) && rules.TrueForAll(r => r.Needs == Sight.Answer || r.CanTell(request)) && !request.Causes.Contains(id) && Decides(id, request))) ruled[id] = new RuledOut(id, null);
        }
        if (requests.Find(r => r.Credential.Header is not null) is { } shown) ruled["H13"] = new RuledOut("H13", CaseNote(shown));
        return [.. ruled.Values];
    }

    /// <summary>What a rule's silence can mean: some causes show only in an answer, or when the token is there to be seen.</summary>
    private static bool Decides(string cause, ShownRequest request) => cause[0] switch
    {
        'H' or 'V' or 'K' when request.Dialect == Dialect.Log || request.IsSanitized || request.Url is null && request.Headers.Count == 0 => false,
        'X' => cause is "X08" ? !(Session.IsTokenCall(request) && request.LacksBody) : request.Answer is { IsFailure: true, Envelope: not null } && cause is not ("X03" or "X04" or "X13" or "X16"),
        'P' => cause is "P07" or "P08" || cause is not "P09" && request.Answer is { IsFailure: true, Envelope: not null },
        'R' => cause is "R01" or "R02" or "R09" or "R10" or "R11" || request.Answer is not null && cause is "R04" or "R05" or "R06" || request.Answer?.Status is not null && cause is "R14",
        'V' => cause is not "V07",
        _ => true,
    };

    private static string? CaseNote(ShownRequest request)
    {
        var header = request.Credential.Header!;
        var name = header.Is("Authorization") && header.Name.Text != "Authorization";
        var scheme = request.Credential is { Bearers: > 0, Scheme.Length: > 0 } && request.Credential.Scheme.Text != "Bearer";
        return name || scheme ? $"{(name && scheme ? $"'{header.Name.Text}' and '{request.Credential.Scheme.Text}' are" : name ? $"'{header.Name.Text}' is" : $"'{request.Credential.Scheme.Text}' is")} read without regard to case (RFC 9110)" : null;
    }

    private static IReadOnlyList<string> Missing(ShownRequest request) => request.Answer is { Envelope: { } envelope } ? envelope.RequiredScopes : [];

    private static List<string> Notes(List<ShownRequest> requests, HashSet<ShownRequest> explained, Verdict verdict)
    {
        var notes = new List<string>();
        // What HubSpot says itself, such as the id of the record that is there already.
        foreach (var request in requests.Where(r => r.Answer is { IsFailure: true, Envelope: not null, Message.Length: > 0 } a && (a.Likely is 400 or 404 or 409 or 422 || !explained.Contains(r))))
            notes.Add($"HubSpot says: {(request.Answer!.Status is { } status ? status.ToString(CultureInfo.InvariantCulture) + " " : "")}{request.Answer.Envelope!.Category}{(request.Answer.Envelope.Category is null ? "" : ": ")}{SecretPlaces.Mask(request.Answer.Message.Length > 400 ? request.Answer.Message[..400] : request.Answer.Message)}");
        if (requests.Exists(r => r.Credential.Token.HasFillings)) notes.Add("The token comes from a variable, so its value could not be looked at.");
        notes.AddRange(requests.SelectMany(r => r.Notes).Distinct());
        if (verdict != Verdict.Healthy || requests.Exists(r => r.Answer is not null)) return notes;
        foreach (var request in requests.Where(r => r.Address.IsHubSpot && !r.Address.Path.HasFillings && !r.Address.Path.Text.Contains('{') && r.Published.Count == 0))
            notes.Add($"{SecretPlaces.Mask(request.Address.ApiPath)} is not among the paths HubSpot publishes; if it is answered with 404, that is why.");
        if (requests.Exists(r => r.Source.HadForeignBytes)) notes.Add("The text is not UTF-8; it was read as Windows-1252.");
        return notes;
    }
}
