using System.Globalization;
using System.Text.Json;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Privacy;
using Spoke.Sync.Reconcile;

namespace Spoke.Configuration;

/// <summary>Reads one of <c>connections</c>: which store and portal, and all that is ruled there.</summary>
internal sealed class ConnectionSection(ConfigurationTexts texts)
{
    private static readonly string[] PolicyObjects = ["contacts", "companies", "products", "orders", "carts", "line_items"];

    /// <returns>Null when something that is needed is missing or wrong; what, has been said.</returns>
    public ConnectionSettings? Read(string at, ConfigurationMember member, ConfigurationNode element, List<string> stores, List<string> portals)
    {
        texts.Known(element, at, ConfigurationKeys.OfConnection);
        if (member.Name.Length > 40 || member.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            texts.Say(texts.Place(member), at, "is no name for a connection: it becomes part of every key in HubSpot, so take up to 40 letters, digits, - and _");
        var store = Named(element, at, ConfigurationKeys.Store, member, stores);
        var portal = Named(element, at, ConfigurationKeys.Portal, member, portals);
        var policies = element.Find(ConfigurationKeys.Policies) is { } rules ? Policies($"{at}.{ConfigurationKeys.Policies}", rules) : FieldPolicies.Default;
        var (privacy, place) = texts.Text(element, at, ConfigurationKeys.Privacy);
        if (privacy is not (null or "delete" or "archive" or "keep")) texts.Say(place, $"{at}.{ConfigurationKeys.Privacy}", $"'{privacy}' is none of delete, archive and keep");
        var (money, moneyPlace) = texts.Text(element, at, ConfigurationKeys.Money);
        if (money is not (null or "before_refunds" or "native_compatible")) texts.Say(moneyPlace, $"{at}.{ConfigurationKeys.Money}", $"'{money}' is neither before_refunds nor native_compatible");
        var mapping = element.Find(ConfigurationKeys.Mapping) is { } own ? Templates($"{at}.{ConfigurationKeys.Mapping}", own) : PropertyMap.BuiltIn;
        var consent = element.Find(ConfigurationKeys.Consent) is { } agreed ? Consent($"{at}.{ConfigurationKeys.Consent}", agreed, mapping) : null;
        foreach (var rule in element.Find(ConfigurationKeys.Policies)?.Value.Members ?? [])
            if (rule.Name.Split('.', 2) is [var @object, var property] && mapping.Entries(@object).Any(entry => entry.Property == property) && policies.Of(@object, property).TwoWay)
                texts.Say(rule, $"{at}.{ConfigurationKeys.Policies}.{rule.Name}", "would write HubSpot's value to the store, and what a template makes cannot be taken back; write store, store-enforced or hubspot-only");
        var erasure = privacy switch { "archive" => ErasurePolicy.Archive, "keep" => ErasurePolicy.Keep, _ => ErasurePolicy.Delete };
        var (companies, abandoned) = (Companies(element, at), AbandonedAfter(element, at));
        var (reconcile, back) = (Reconcile($"{at}.{ConfigurationKeys.Reconcile}", element.Find(ConfigurationKeys.Reconcile)), Back($"{at}.{ConfigurationKeys.WayBack}", element.Find(ConfigurationKeys.WayBack), mapping));
        var (canary, unpaid) = (texts.YesOrNo(element, at, ConfigurationKeys.Canary), texts.YesOrNo(element, at, ConfigurationKeys.CountUnpaid));
        return store is null || portal is null ? null : new ConnectionSettings(store, portal, mapping.OneWay(policies), consent, mapping, canary, erasure)
        {
            Reconcile = reconcile,
            WayBack = back,
            Companies = companies,
            AbandonedAfter = abandoned,
            NativeTotals = money == "native_compatible",
            CountUnpaid = unpaid,
        };
    }

    private WayBack Back(string at, ConfigurationMember? section, PropertyMap mapping)
    {
        var element = texts.Object(section, at);
        texts.Known(element, at, ConfigurationKeys.OfWayBack);
        string? Property(string key, string @object)
        {
            var (property, place) = texts.Text(element, at, key);
            if (property is null) return null;
            var problem = property.Length == 0 || !char.IsAsciiLetterLower(property[0]) || property.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_') ? $"'{property}' is no property; write its internal name in HubSpot, such as notes_for_the_shop"
                : WayBack.Problem(@object, key == "orderTags", property, mapping);
            if (problem is not null) texts.Say(place, $"{at}.{key}", problem);
            return property;
        }
        return new WayBack(Property("customerTags", "contacts"), Property("customerNote", "contacts"), Property("orderTags", "orders"), Property("orderNote", "orders"));
    }

    private ReconcileSchedule? Reconcile(string at, ConfigurationMember? section)
    {
        var element = texts.Object(section, at);
        texts.Known(element, at, ConfigurationKeys.OfReconcile);
        var (every, place) = texts.Text(element, at, "every");
        if (every is not (null or "day" or "week" or "never")) texts.Say(place, $"{at}.every", $"'{every}' is none of day, week and never");
        var (hour, hourPlace) = texts.Text(element, at, "at");
        var time = ReconcileSchedule.Default.At;
        if (hour is not null && !TimeOnly.TryParseExact(hour, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time)) texts.Say(hourPlace, $"{at}.at", $"'{hour}' is no time of day; write hours and minutes in UTC, such as 03:00");
        var repair = texts.YesOrNo(element, at, "repair");
        return every == "never" ? null : new ReconcileSchedule(every == "week" ? ReconcileEvery.Week : ReconcileEvery.Day, time, repair);
    }

    private TimeSpan AbandonedAfter(ConfigurationNode element, string at)
    {
        var (text, place) = texts.Text(element, at, ConfigurationKeys.AbandonedAfter);
        if (text is null) return TimeSpan.FromMinutes(60);
        TimeSpan? time = text.Length is > 1 and < 7 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? text[^1] switch { 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), 'd' => TimeSpan.FromDays(count), _ => null } : null;
        if (time is { } given && given >= TimeSpan.FromMinutes(10) && given <= TimeSpan.FromDays(7)) return given;
        texts.Say(place, $"{at}.{ConfigurationKeys.AbandonedAfter}", $"'{text}' is no time from 10 minutes to 7 days; write it as 90m, 2h or 1d");
        return TimeSpan.FromMinutes(60);
    }

    public static CompanySource SourceOf(string? text) => text switch { "domain" => CompanySource.Domain, "off" => CompanySource.Off, _ => CompanySource.Store };

    private CompanyRules Companies(ConfigurationNode element, string at)
    {
        var (text, place) = texts.Text(element, at, ConfigurationKeys.Companies);
        if (text is not (null or "store" or "domain" or "off")) texts.Say(place, $"{at}.{ConfigurationKeys.Companies}", $"'{text}' is none of store, domain and off");
        var (file, filePlace) = texts.Text(element, at, ConfigurationKeys.FreeMailDomains);
        var lines = new List<string>();
        try
        {
            if (file is not null) lines.AddRange(File.ReadLines(Path.Combine(texts.Folder, file)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            texts.Say(filePlace, $"{at}.{ConfigurationKeys.FreeMailDomains}", $"'{file}' cannot be read: {unreadable.Message} Name a text file, relative to this one, with a domain a line");
        }
        return new CompanyRules(SourceOf(text), lines);
    }

    private FieldPolicies Policies(string at, ConfigurationMember section)
    {
        var policies = FieldPolicies.Default;
        if (!section.Value.IsObject)
        {
            texts.Say(section, at, "an object is expected");
            return policies;
        }
        texts.Twice(section.Value, at);
        foreach (var member in section.Value.Members)
        {
            var path = $"{at}.{member.Name}";
            if (member.Name.Split('.', 2) is not [var @object, { Length: > 0 } property] || !PolicyObjects.Contains(@object))
                texts.Say(member, path, $"is no field; write an object and a property, such as contacts.phone. Objects are: {string.Join(", ", PolicyObjects)}");
            else if (member.Value.Kind != JsonTokenType.String) texts.Say(member, path, "a text is expected");
            else if (FieldRule.Parse(@object, property, member.Value.Text!) is { } rule) policies = policies.With(@object, property, rule);
            else texts.Say(member, path, $"'{member.Value.Text}' is no policy{ConfigurationTexts.Meant(member.Value.Text!, FieldRule.Words)}; there are: {string.Join(", ", FieldRule.Words)}");
        }
        return policies;
    }

    private PropertyMap Templates(string at, ConfigurationMember section)
    {
        if (!section.Value.IsObject)
        {
            texts.Say(section, at, "an object is expected");
            return PropertyMap.BuiltIn;
        }
        texts.Twice(section.Value, at);
        var members = section.Value.Members.DistinctBy(member => member.Name).ToList();
        foreach (var member in members.Where(member => member.Value.Kind is not (JsonTokenType.String or JsonTokenType.Null))) texts.Say(member, $"{at}.{member.Name}", "a template in quotes is expected, or null");
        var (mapping, problems) = PropertyMap.Read(members.Where(member => member.Value.Kind is JsonTokenType.String or JsonTokenType.Null).Select(member => KeyValuePair.Create(member.Name, member.Value.Kind == JsonTokenType.Null ? null : member.Value.Text)));
        foreach (var problem in problems)
            texts.Say(members.First(member => member.Name == problem.Property), $"{at}.{problem.Property}", problem.Word is null ? problem.Text : $"{problem.Text}{ConfigurationTexts.Meant(problem.Word, problem.Candidates)}; there are: {string.Join(", ", problem.Candidates)}");
        return mapping;
    }

    private ConsentRules? Consent(string at, ConfigurationMember section, PropertyMap mapping)
    {
        if (!section.Value.IsObject)
        {
            texts.Say(section, at, "an object is expected");
            return null;
        }
        texts.Known(section.Value, at, ConfigurationKeys.OfConsent);
        var (subscription, _) = texts.Text(section.Value, at, "subscription");
        if (subscription is null && section.Value.Find("subscription") is null) texts.Say(section, $"{at}.subscription", "is missing; name the kind of e-mail in HubSpot, such as \"Marketing Information\"");
        var allow = texts.YesOrNo(section.Value, at, "allowResubscribe");
        var (sms, smsPlace) = texts.Text(section.Value, at, "sms");
        if (sms is not null && (sms.Length == 0 || sms.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))) texts.Say(smsPlace, $"{at}.sms", $"'{sms}' is no property; write its internal name in HubSpot, such as sms_consent");
        else if (sms is not null && mapping.Writes("contacts", sms)) texts.Say(smsPlace, $"{at}.sms", "is written from the store by the mapping; name a property of its own");
        return subscription is null ? null : new ConsentRules(subscription, texts.Text(section.Value, at, "legalBasis").Text, texts.Text(section.Value, at, "explanation").Text, allow) { Sms = sms };
    }

    private string? Named(ConfigurationNode element, string at, string key, ConfigurationMember member, List<string> names)
    {
        var (name, place) = texts.Text(element, at, key);
        if (name is null)
        {
            if (element.Find(key) is null) texts.Say(texts.Place(member), $"{at}.{key}", $"is missing; name one of {key}s");
            return null;
        }
        if (names.Contains(name)) return name;
        texts.Say(place, $"{at}.{key}", $"there is no {key} '{name}'{ConfigurationTexts.Meant(name, names)}; there are: {string.Join(", ", names)}");
        return null;
    }
}
