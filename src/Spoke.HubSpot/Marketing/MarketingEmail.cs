using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A marketing e-mail.</summary>
/// <param name="Id">HubSpot's id; what <see cref="SingleEmails"/> and statistics go by.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Json">All of it as HubSpot gave it: content, senders, recipients, A/B test.</param>
public sealed record MarketingEmail(string Id, string Name, string Json)
{
    /// <summary>Its subject line.</summary>
    public string? Subject { get; init; }

    /// <summary>Where it stands, such as <c>DRAFT</c>, <c>SCHEDULED</c>, <c>PUBLISHED</c> or <c>AUTOMATED</c>.</summary>
    public string? State { get; init; }

    /// <summary>Its kind, such as <c>BATCH_EMAIL</c> or <c>AUTOMATED_EMAIL</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The GUID of the campaign it belongs to.</summary>
    public string? CampaignId { get; init; }

    /// <summary>It went out, or goes out by itself.</summary>
    public bool IsPublished { get; init; }

    /// <summary>In the bin.</summary>
    public bool Archived { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it was published; null when it never was.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>What became of it; null unless <see cref="MarketingEmailQuery.IncludeStatistics"/> asked for it.</summary>
    public EmailStatistics? Statistics { get; init; }

    internal static MarketingEmail Read(JsonElement item) => new(CrmJson.Text(item, "id") ?? "", CrmJson.Text(item, "name") ?? "", item.GetRawText())
    {
        Subject = CrmJson.Text(item, "subject"),
        State = CrmJson.Text(item, "state"),
        Type = CrmJson.Text(item, "type"),
        CampaignId = CrmJson.Text(item, "campaign"),
        IsPublished = CrmJson.Bool(item, "isPublished"),
        Archived = CrmJson.Bool(item, "archived"),
        CreatedAt = CrmJson.Time(item, "createdAt"),
        UpdatedAt = CrmJson.Time(item, "updatedAt"),
        PublishedAt = CrmJson.Moment(item, "publishedAt"),
        Statistics = item.TryGetProperty("stats", out var stats) && stats.ValueKind == JsonValueKind.Object ? EmailStatistics.Read(stats) : null,
    };
}

/// <summary>What became of e-mails.</summary>
/// <param name="Counters">Counts by HubSpot's names: <c>sent</c>, <c>delivered</c>, <c>open</c>, <c>click</c>, <c>bounce</c>, <c>unsubscribed</c>, …</param>
/// <param name="Ratios">Parts in percent by HubSpot's names: <c>deliveredratio</c>, <c>openratio</c>, <c>clickratio</c>, …</param>
public sealed record EmailStatistics(IReadOnlyDictionary<string, double> Counters, IReadOnlyDictionary<string, double> Ratios)
{
    /// <summary>A count; 0 where HubSpot names none.</summary>
    public long Count(string counter) => (long)Counters.GetValueOrDefault(counter);

    internal static EmailStatistics Read(JsonElement item) => new(CrmJson.Numbers(item, "counters"), CrmJson.Numbers(item, "ratios"));
}

/// <summary>What became of all e-mails sent within a span.</summary>
/// <param name="Aggregate">Of all together.</param>
/// <param name="EmailIds">Which these are.</param>
public sealed record EmailSpanStatistics(EmailStatistics Aggregate, IReadOnlyList<string> EmailIds);

/// <summary>What became of e-mails within one interval of a span.</summary>
/// <param name="Start">Its beginning.</param>
/// <param name="End">Its end, which is not part of it.</param>
/// <param name="Statistics">What became of those sent in it.</param>
public sealed record EmailInterval(DateTimeOffset Start, DateTimeOffset End, EmailStatistics Statistics)
{
    internal static EmailInterval Read(JsonElement item)
    {
        var span = item.TryGetProperty("interval", out var interval) && interval.ValueKind == JsonValueKind.Object ? interval : item;
        return new(CrmJson.Time(span, "start"), CrmJson.Time(span, "end"), EmailStatistics.Read(item.TryGetProperty("aggregations", out var counted) && counted.ValueKind == JsonValueKind.Object ? counted : item));
    }
}

/// <summary>Which marketing e-mails to list.</summary>
public sealed record MarketingEmailQuery
{
    /// <summary>Published ones, or the others; null for all.</summary>
    public bool? IsPublished { get; init; }

    /// <summary>Of one kind, such as <c>BATCH_EMAIL</c>; null for all.</summary>
    public string? Type { get; init; }

    /// <summary>Of one campaign, by its GUID; null for all.</summary>
    public string? CampaignId { get; init; }

    /// <summary>Changed after this moment.</summary>
    public DateTimeOffset? UpdatedAfter { get; init; }

    /// <summary>Published after this moment.</summary>
    public DateTimeOffset? PublishedAfter { get; init; }

    /// <summary>The archived ones in place of the live.</summary>
    public bool Archived { get; init; }

    /// <summary>Return <see cref="MarketingEmail.Statistics"/> with each.</summary>
    public bool IncludeStatistics { get; init; }
}
