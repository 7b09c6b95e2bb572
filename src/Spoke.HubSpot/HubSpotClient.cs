using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Spoke.HubSpot;

/// <summary>
/// A portal's API. Make one per portal and keep it: it holds the portal's rate budget. Safe for any number of concurrent callers.
/// Every call may throw <see cref="HubSpotException"/>; see <see cref="HubSpotException.Kind"/>.
/// </summary>
public sealed class HubSpotClient : IDisposable
{
    private readonly HubSpotTransport _transport;

    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <param name="options">Validated here.</param>
    /// <param name="handler">A handler of your own below the client, such as a proxy's; it must not follow redirects. Disposed with the client. Default: one connection pool, kept as long as the client, whose connections are renewed every five minutes.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <param name="loggerFactory">Where log lines go. They never hold a token or a record's values.</param>
    /// <exception cref="ArgumentException">An option cannot work, or the handler follows redirects.</exception>
    public HubSpotClient(HubSpotClientOptions options, HttpMessageHandler? handler = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        BaseUrl = options.BaseUrl;
        Version = options.Version;
        Time = timeProvider ?? TimeProvider.System;
        _transport = new HubSpotTransport(options, handler, Time, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Spoke.HubSpot"));
        Associations = new CrmAssociations(this);
        Properties = new CrmProperties(this);
        Pipelines = new CrmPipelines(this);
        Owners = new CrmOwners(this);
        Account = new AccountInfo(this);
        Lists = new CrmLists(this);
        Schemas = new CrmSchemas(this);
        Subscriptions = new EmailSubscriptions(this);
        Emails = new SingleEmails(this);
        Events = new CustomEvents(this);
        Forms = new MarketingForms(this);
        Workflows = new Workflows(this);
        Currencies = new Currencies(this);
        WebhookSubscriptions = new WebhookSubscriptions(this);
        Usage = new AccountUsage(this);
        Files = new HubSpotFiles(this);
        Imports = new CrmImports(this);
        Exports = new CrmExports(this);
        ListFolders = new CrmListFolders(this);
        MarketingEmails = new MarketingEmails(this);
        Campaigns = new Campaigns(this);
        AssociationLimits = new AssociationLimits(this);
        Timeline = new TimelineEvents(this);
    }

    /// <summary>Where the portal is.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Which paths are used.</summary>
    public ApiVersion Version { get; }

    /// <summary>What may still be sent.</summary>
    public RateBudget Budget => _transport.Budget;

    /// <summary>Calls sent so far, repeats included.</summary>
    public long CallCount => _transport.CallCount;

    /// <summary>Contacts. Scopes: <c>crm.objects.contacts.read</c> and <c>.write</c>.</summary>
    public CrmObjects Contacts => Objects(ObjectType.Contacts);

    /// <summary>Companies. Scopes: <c>crm.objects.companies.read</c> and <c>.write</c>.</summary>
    public CrmObjects Companies => Objects(ObjectType.Companies);

    /// <summary>Deals. Scopes: <c>crm.objects.deals.read</c> and <c>.write</c>.</summary>
    public CrmObjects Deals => Objects(ObjectType.Deals);

    /// <summary>Tickets. Scope: <c>tickets</c>.</summary>
    public CrmObjects Tickets => Objects(ObjectType.Tickets);

    /// <summary>Products. Scopes: <c>crm.objects.products.read</c> and <c>.write</c>, or <c>e-commerce</c>.</summary>
    public CrmObjects Products => Objects(ObjectType.Products);

    /// <summary>Orders. Scopes: <c>crm.objects.orders.read</c> and <c>.write</c>.</summary>
    public CrmObjects Orders => Objects(ObjectType.Orders);

    /// <summary>Line items. Scopes: <c>crm.objects.line_items.read</c> and <c>.write</c>, or <c>e-commerce</c>.</summary>
    public CrmObjects LineItems => Objects(ObjectType.LineItems);

    /// <summary>Carts. Scopes: <c>crm.objects.carts.read</c> and <c>.write</c>.</summary>
    public CrmObjects Carts => Objects(ObjectType.Carts);

    /// <summary>Associations between records.</summary>
    public CrmAssociations Associations { get; }

    /// <summary>Properties and their groups.</summary>
    public CrmProperties Properties { get; }

    /// <summary>Pipelines and their stages.</summary>
    public CrmPipelines Pipelines { get; }

    /// <summary>Owners.</summary>
    public CrmOwners Owners { get; }

    /// <summary>The account itself and the token in use.</summary>
    public AccountInfo Account { get; }

    /// <summary>Lists and their members.</summary>
    public CrmLists Lists { get; }

    /// <summary>Definitions of custom objects.</summary>
    public CrmSchemas Schemas { get; }

    /// <summary>Who wants which e-mail.</summary>
    public EmailSubscriptions Subscriptions { get; }

    /// <summary>Single e-mails to one person.</summary>
    public SingleEmails Emails { get; }

    /// <summary>Custom events: definitions, sending, reading.</summary>
    public CustomEvents Events { get; }

    /// <summary>Definitions of forms.</summary>
    public MarketingForms Forms { get; }

    /// <summary>Workflows: definitions, switching on and off, enrolling.</summary>
    public Workflows Workflows { get; }

    /// <summary>Currencies and exchange rates.</summary>
    public Currencies Currencies { get; }

    /// <summary>What an app is told by webhook.</summary>
    public WebhookSubscriptions WebhookSubscriptions { get; }

    /// <summary>What of the account's limits is used.</summary>
    public AccountUsage Usage { get; }

    /// <summary>Files of the account's file manager.</summary>
    public HubSpotFiles Files { get; }

    /// <summary>Records written from a CSV file, in the background.</summary>
    public CrmImports Imports { get; }

    /// <summary>Records written to a CSV file, in the background.</summary>
    public CrmExports Exports { get; }

    /// <summary>The folders lists lie in.</summary>
    public CrmListFolders ListFolders { get; }

    /// <summary>Marketing e-mails and what became of them.</summary>
    public MarketingEmails MarketingEmails { get; }

    /// <summary>Campaigns: what belongs to them, what they may and did cost.</summary>
    public Campaigns Campaigns { get; }

    /// <summary>How many records an association may lead to.</summary>
    public AssociationLimits AssociationLimits { get; }

    /// <summary>What an app writes on the timelines of records.</summary>
    public TimelineEvents Timeline { get; }

    /// <summary>Records of any type: <c>client.Objects("orders")</c>, <c>client.Objects(ObjectType.Custom("2-123"))</c>.</summary>
    public CrmObjects Objects(ObjectType type) => new(this, type);

    /// <summary>The records of a type of the caller's own, which has <see cref="HubSpotRecordAttribute"/>.</summary>
    public CrmObjects<T> Objects<T>()
        where T : IHubSpotRecord<T> => new(this);

    /// <summary>Any call: authenticated, within the budget, repeated where that is harmless.</summary>
    /// <returns>A 2xx answer.</returns>
    /// <exception cref="HubSpotException">Any other answer, or none.</exception>
    /// <exception cref="ArgumentException">The path is not one of this host's.</exception>
    public Task<HubSpotResponse> SendAsync(HubSpotRequest request, RequestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _transport.SendAsync(request, options, cancellationToken);
    }

    /// <summary>The bytes behind an address HubSpot gave out, fetched without the token.</summary>
    internal Task<ReadOnlyMemory<byte>> DownloadAsync(Uri url, RequestOptions? options, CancellationToken cancellationToken) => _transport.DownloadAsync(url, options, cancellationToken);

    /// <summary>The clock that waits go by.</summary>
    internal TimeProvider Time { get; }

    /// <summary>The raw token as it is now, for the one call that carries it in its body.</summary>
    internal ValueTask<string?> TokenAsync(CancellationToken cancellationToken) => _transport.Credential.GetTokenAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
