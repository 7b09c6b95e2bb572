using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Storage;

/// <summary>A shop with everything switched on: its first import, and a few minutes of its day.</summary>
internal static class BusyShop
{
    private const int Variants = 20;

    public static async Task<PullRig> OpenAsync(ISqlDialect dialect, int people, FakeTimeProvider? clock = null)
    {
        var rig = await PullRig.StartAsync(dialect: dialect, clock: clock, consent: new ConsentRules("Marketing Information") { Sms = "sms_consent" }, companies: new CompanyRules(CompanySource.Domain), wayBack: new WayBack("favourites", "note_to_shop", "hs_tags", "order_note_to_shop"));
        foreach (var (of, name) in new[] { ("contacts", "sms_consent"), ("contacts", "favourites"), ("contacts", "note_to_shop"), ("orders", "order_note_to_shop") })
            await rig.Portal.Properties.CreateAsync(of, new CrmProperty { Name = name, Label = name, GroupName = of == "contacts" ? "contactinformation" : "order_information", Type = "string", FieldType = "text" }, null, PullRig.Token);
        rig.Store.Put(new Company { PlatformId = "9", Version = 0, Name = "Acme Ltd" });
        for (var i = 0; i < Variants; i++) rig.Store.Put(Some.Variant($"v{i}", 0, $"TEA-{i}"));
        for (var i = 0; i < people; i++)
        {
            rig.Store.Put(Some.Customer($"{i}", 0, Email(i)) with { CompanyId = i < 5 ? "9" : null, EmailConsent = new Consent(i % 2 == 0 ? ConsentState.Granted : ConsentState.Denied), SmsConsent = new Consent(ConsentState.Granted) });
            rig.Store.Put(Order($"{i}", i, refunded: i % 10 == 0 ? 100 : 0));
            rig.Store.Put(Left($"{i}", i, rig.Time.GetUtcNow().AddDays(-1)));
        }
        await rig.PassAsync();
        return rig;
    }

    /// <summary>Somebody registers, orders, leaves a cart; orders are cancelled and refunded, a variant goes; people in HubSpot edit, deny and take away.</summary>
    /// <param name="name">Of who registers and what they do; another one each time.</param>
    /// <param name="polled">Store and HubSpot are asked too, beside what is pushed.</param>
    public static async Task LiveAsync(PullRig rig, ConnectionWorker worker, string name, bool polled)
    {
        var now = rig.Time.GetUtcNow();
        rig.Store.Put(Some.Customer(name, 0, $"{name}@newcomer.example"));
        rig.Store.Put(Order(name, 3));
        rig.Store.Put(Left(name, 4, now));
        rig.Store.Put(rig.Store.Get<Order>(EntityKind.Order, "1") with { Lifecycle = OrderLifecycle.Cancelled, CancelledAt = now });
        rig.Store.Put(Order("2", 2, refunded: 300));
        rig.Store.Put(Some.Variant("v3", 0, "TEA-3", deleted: true));
        rig.Store.Edit("5", customer => customer with { FirstName = name, SmsConsent = new Consent(ConsentState.Denied), Email = "grace@example.com" });
        await new ChangeIntake(rig.Database, rig.Time).AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Order, name, name + 1), rig.Store.Push(EntityKind.Order, "1", name + 2), rig.Store.Push(EntityKind.Cart, name, name + 3), rig.Store.Push(EntityKind.Customer, name, name + 4), rig.Store.Push(EntityKind.Customer, "5", name + 5), rig.Store.Push(EntityKind.Order, "2", name + 6), rig.Store.Push(EntityKind.Variant, "v3", name + 7)], null, PullRig.Token);
        await worker.StepAsync(poll: false, PullRig.Token);
        if (!polled) return;
        await rig.EditContactAsync(Email(7), ("phone", "+44 20 7946 0000"), ("favourites", "tea;coffee"), ("sms_consent", "denied"));
        await rig.Portal.Contacts.ArchiveAsync((await rig.ContactAsync(Email(8))).Id, null, PullRig.Token);
        rig.Store.Edit("8", customer => customer with { LastName = "Hopper" });
        await worker.StepAsync(poll: true, PullRig.Token);
        await worker.StepAsync(poll: true, PullRig.Token);
    }

    private static string Email(int person) => $"person{person}@firm{person % 20}.example";

    private static Order Order(string id, int person, long refunded = 0)
    {
        var order = Some.Order(id, 0, customer: $"{person}", email: Email(person), refunded: refunded, lines: ["a", "b"]);
        return order with { Lines = [.. order.Lines.Select(line => line with { VariantId = $"v{person % Variants}", Sku = $"TEA-{person % Variants}" })] };
    }

    private static Cart Left(string id, int person, DateTimeOffset at) => Some.Cart(id, 0, Email(person)) with
    {
        LastActivityAt = at,
        RecoveryUrl = "https://shop.example/" + id,
        Lines = [new OrderLine { Id = "l", Name = "Tea", Quantity = 1, VariantId = "v1", UnitPrice = new Money(700, "EUR"), Gross = new Money(700, "EUR"), Discount = new Money(0, "EUR"), Tax = new Money(0, "EUR") }],
    };
}
