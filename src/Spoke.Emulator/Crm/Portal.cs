using Spoke.Emulator.Account;

namespace Spoke.Emulator.Crm;

/// <summary>The state of one HubSpot account's CRM. Whoever changes it holds <see cref="CrmApi"/>'s write lock.</summary>
internal sealed class Portal
{
    /// <summary>Beyond 32 bits, as in real accounts, so that a caller that keeps ids in an int finds out here.</summary>
    private const long FirstRecordId = 40_000_000_001;

    public Portal(long hubId)
    {
        HubId = hubId;
        Facts = new AccountFacts(hubId);
        StandardTypes.AddTo(Types);
        StandardPipelines.AddTo(Types);
        Associations.Catalogue.AddStandard(Types);
        Owners = new OwnerList();
        Emulator.Settings.UserRecords.AddAll(this);
        Writer = new RecordWriter(this);
        Audit = new AuditLog(this);
        Areas = PortalAreas.For(this);
        Changes = new ChangeFeed(Areas);
        Associations.Changes = Changes;
    }

    public long HubId { get; }

    /// <summary>Kind, zone, currency, data centre of the account; kept by the server, not part of the saved state.</summary>
    public AccountFacts Facts { get; set; }
    public ObjectTypes Types { get; } = new();
    public AssociationStore Associations { get; } = new();
    public OwnerList Owners { get; }
    public WriteSources Sources { get; } = new();
    public Blocklist Blocklist { get; } = new();
    public PortalSettings Settings { get; } = new();
    public Settings.CurrencyBook Currencies { get; } = new();
    public RecordWriter Writer { get; }
    public AuditLog Audit { get; }
    public IReadOnlyList<PortalArea> Areas { get; }
    public ChangeFeed Changes { get; } = null!;

    /// <summary>False while old calls are played again and on an account made for trying: nothing may leave the process then.</summary>
    public bool Live { get; set; }
    public TimeSpan SearchLag { get; set; }
    public long LastRecordId { get; set; } = FirstRecordId - 1;
    public int LastSchemaNumber { get; set; } = 100;

    /// <summary>For things other than records that need an id of their own, such as pipelines.</summary>
    public long LastPartId { get; set; } = 900_000_000;

    public long NextRecordId() => ++LastRecordId;

    public long NextPartId() => ++LastPartId;
}
