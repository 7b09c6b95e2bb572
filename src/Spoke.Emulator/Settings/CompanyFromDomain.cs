using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Settings;

/// <summary>The account setting by which a contact gets the company of its address's domain. It follows the write, in the same call.</summary>
internal sealed class CompanyFromDomain(Portal portal) : StatelessArea(portal)
{
    /// <summary>Addresses of these belong to people, not to a company.</summary>
    private static readonly HashSet<string> FreeProviders = new(StringComparer.Ordinal)
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com",
        "aol.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "mail.ru", "yandex.ru", "proton.me", "protonmail.com", "orange.fr",
        "free.fr", "wanadoo.fr", "laposte.net", "libero.it", "virgilio.it", "wp.pl", "o2.pl", "seznam.cz", "qq.com", "163.com", "126.com", "comcast.net", "verizon.net",
    };

    public override string Name => "companyFromDomain";

    public override bool Listens => Portal.Settings.CompaniesFromDomain;

    public override bool Owns(IReadOnlyList<string> path) => false;

    public override EmulatorReply? Handle(CrmCall call) => null;

    public override void Hear(RecordChange change)
    {
        if (change.Type.EmailProperty is not { } name || change.Record.Archived || change.Kind is not (ChangeKind.Created or ChangeKind.Updated)) return;
        if (change.Values.FirstOrDefault(value => value.Property.Name == name).After is not { } email) return;
        var domain = email[(email.LastIndexOf('@') + 1)..];
        var companies = Portal.Types.Find("companies");
        if (FreeProviders.Contains(domain) || AssociationStore.EdgesTowards(change.Record, companies).Any()) return;
        var slot = companies.Properties.Require("domain").Slot;
        var company = companies.Records.FindEqual(companies.Properties[slot], domain).FirstOrDefault(record => !record.Archived)
            ?? Portal.Writer.Apply(Portal.Writer.Check(companies, null, [new("domain", domain), new("name", domain)], change.AtMs), change.AtMs, change.Caller);
        if (Portal.Associations.Catalogue.Default(change.Type, companies) is { } association) Portal.Associations.Attach(change.Record, company, association);
    }
}
