using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>
/// Marketing e-mails and what became of them; they are written in HubSpot's pages. Scope: <c>content</c>, or for an app <c>marketing.email.read</c>.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class MarketingEmails
{
    private readonly Answers _answers;

    internal MarketingEmails(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>E-mails that meet the query, 100 a call.</summary>
    public IAsyncEnumerable<MarketingEmail> ListAsync(MarketingEmailQuery? query = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.PagesAsync($"{Root}?limit=100{Query(query ?? new MarketingEmailQuery())}", MarketingEmail.Read, options, cancellationToken);

    /// <summary>One live e-mail; one call.</summary>
    /// <param name="includeStatistics">Return <see cref="MarketingEmail.Statistics"/> too.</param>
    /// <returns>Null when there is none of that id.</returns>
    public Task<MarketingEmail?> GetAsync(string emailId, bool includeStatistics = false, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.FindAsync(new HubSpotRequest("GET", $"{Root}/{CrmPaths.Escape(emailId)}{(includeStatistics ? "?includeStats=true" : "")}"), MarketingEmail.Read, options, cancellationToken);

    /// <summary>What became of the e-mails sent within a span, all together; one call.</summary>
    /// <param name="from">The beginning of the span.</param>
    /// <param name="until">Its end.</param>
    /// <param name="emailIds">Of these alone; null for all.</param>
    /// <exception cref="ArgumentException">The span does not end after its beginning.</exception>
    public Task<EmailSpanStatistics> GetStatisticsAsync(DateTimeOffset from, DateTimeOffset until, IReadOnlyList<string>? emailIds = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("GET", $"{Root}/statistics/list?{Span(from, until, emailIds)}"),
            root => new EmailSpanStatistics(EmailStatistics.Read(root.TryGetProperty("aggregate", out var all) ? all : root), CrmJson.Strings(root, "emails")), options, cancellationToken);

    /// <summary>What became of the e-mails sent within a span, one interval after the other; one call.</summary>
    /// <param name="from">The beginning of the span.</param>
    /// <param name="until">Its end.</param>
    /// <param name="interval">HubSpot's word: <c>YEAR</c>, <c>QUARTER</c>, <c>MONTH</c>, <c>WEEK</c>, <c>DAY</c>, <c>HOUR</c>, <c>QUARTER_HOUR</c>, <c>MINUTE</c> or <c>SECOND</c>.</param>
    /// <param name="emailIds">Of these alone; null for all.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.Validation"/>: there is no such interval.</exception>
    /// <exception cref="ArgumentException">The span does not end after its beginning.</exception>
    public IAsyncEnumerable<EmailInterval> ListStatisticsAsync(DateTimeOffset from, DateTimeOffset until, string interval = "DAY", IReadOnlyList<string>? emailIds = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.ItemsAsync(new HubSpotRequest("GET", $"{Root}/statistics/histogram?{Span(from, until, emailIds)}&interval={CrmPaths.Escape(interval)}"), EmailInterval.Read, options, cancellationToken);

    private string Root => CrmPaths.MarketingEmails(_answers.Version);

    private static string Query(MarketingEmailQuery query) => string.Concat(
        query.IsPublished is { } published ? published ? "&isPublished=true" : "&isPublished=false" : "",
        query.Type is { } type ? "&type=" + CrmPaths.Escape(type) : "",
        query.CampaignId is { } campaign ? "&campaign=" + CrmPaths.Escape(campaign) : "",
        query.UpdatedAfter is { } updated ? "&updatedAfter=" + Text(updated) : "",
        query.PublishedAfter is { } sent ? "&publishedAfter=" + Text(sent) : "",
        query.Archived ? "&archived=true" : "",
        query.IncludeStatistics ? "&includeStats=true" : "");

    private static string Span(DateTimeOffset from, DateTimeOffset until, IReadOnlyList<string>? emailIds) =>
        from < until ? $"startTimestamp={Text(from)}&endTimestamp={Text(until)}{string.Concat((emailIds ?? []).Select(id => "&emailIds=" + CrmPaths.Escape(id)))}"
        : throw new ArgumentException("The span must end after its beginning.", nameof(until));

    private static string Text(DateTimeOffset moment) => CrmPaths.Escape(moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
}
