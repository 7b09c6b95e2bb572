using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Connections.Templates;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Tests.Connections;

/// <summary>Templates by themselves: what they may name, what they are refused for, and what they make of the ledger.</summary>
public sealed class TemplateTests
{
    [Theory]
    [InlineData("{{ order.source | default: 'web' | upcase }}", "WEB")]
    [InlineData("{{ order.amounts.total }} {{ order.amounts.total.currency }}", "19.90 EUR")]
    [InlineData("{{ order.amounts.total | times: 2 }}", "39.8")]
    [InlineData("{% if order.amounts.total.amount > 19.5 %}big{% else %}small{% endif %}", "big")]
    [InlineData("{{ order.placed_at }}", "2026-03-01T12:00:00.000Z")]
    [InlineData("{{ order.placed_at | date: '%Y-%m-%d' }}", "2026-03-01")]
    [InlineData("{{ order.payment }}, {{ order.fulfilment }}, {{ order.status }}", "paid, unfulfilled, paid")]
    [InlineData("{% for line in order.lines %}{{ line.id }}x{{ line.quantity }};{% endfor %}", "ax1;bx1;")]
    [InlineData("{{ order.lines | map: 'unit_price' | join: '+' }}", "19.90+19.90")]
    [InlineData("{% assign one = order.lines | first %}{{ one.name }} of {{ order.lines.size }}", "Tea of 2")]
    [InlineData("{{ order.lines[1].id }}", "b")]
    [InlineData("{{ connection.name }} {{ store.host }}", "shop-main shop.example")]
    [InlineData("{{ order.test }}", "false")]
    [InlineData("{{ order.note }}", null)]
    [InlineData("  {{ order.billing_address.city }}  ", null)]
    public void A_template_makes_this_of_an_order(string template, string? value)
    {
        var order = Some.Order("1", 1, total: 1990, lines: ["a", "b"]);
        Assert.Equal((value, null), Render("orders", template, order));
        Assert.Equal((value, null), Render("orders", template, order));   // again, the same
    }

    [Fact]
    public void Amounts_have_the_digits_of_their_currency()
    {
        Assert.Equal("1500", Render("orders", "{{ order.amounts.total }}", Some.Order("1", 1, total: 1500, currency: "JPY")).Value);
        Assert.Equal("12.500", Render("orders", "{{ order.amounts.total }}", Some.Order("1", 1, total: 12500, currency: "KWD")).Value);
        Assert.Equal("1500.00", Render("orders", "{{ order.amounts.total }}", Some.Order("1", 1, total: 150000)).Value);
    }

    [Theory]
    [InlineData("contacts", "{{ custmer.note }}", "there is no 'custmer'", "custmer", "customer")]
    [InlineData("contacts", "{{ customer.notes }}", "customer has no 'notes'", "notes", "note")]
    [InlineData("contacts", "{{ customer.address.citty }}", "customer.address has no 'citty'", "citty", "city")]
    [InlineData("orders", "{% for line in order.lines %}{{ line.qantity }}{% endfor %}", "line has no 'qantity'", "qantity", "quantity")]
    [InlineData("orders", "{% if order.tset %}x{% endif %}", "order has no 'tset'", "tset", "test")]
    [InlineData("orders", "{{ order.lines | map: 'nmae' }}", "map has no 'nmae'", "nmae", "name")]
    [InlineData("orders", "{{ order.lines.first.nmae }}", "order.lines.first has no 'nmae'", "nmae", "name")]
    [InlineData("orders", "{{ order.number | upcse }}", "there is no filter 'upcse'", "upcse", "upcase")]
    [InlineData("orders", "{{ customer.note }}", "there is no 'customer'", "customer", "order")]
    [InlineData("products", "{% assign v = variant %}{{ v.prise }}", "v has no 'prise'", "prise", "price")]
    public void What_is_misspelt_is_named_with_what_there_is(string @object, string template, string text, string word, string among)
    {
        var problem = Assert.Single(PropertyTemplate.Read(@object, template).Problems);
        Assert.Equal((text, word), (problem.Text, problem.Word));
        Assert.Contains(among, problem.Candidates);
    }

    [Theory]
    [InlineData("{{ order.number ", "is no template")]
    [InlineData("{% if order.test %}", "is no template")]
    [InlineData("{{ 'now' | date: '%Y' }}", "has no clock")]
    [InlineData("{% include 'other' %}", "cannot take in a file")]
    [InlineData("{% for i in (1..2000000000) %}x{% endfor %}", "at most 1000 apart")]
    [InlineData("{% if order.amounts.total > 100 %}x{% endif %}", "order.amounts.total.amount")]
    public void What_no_template_may_do_is_refused(string template, string text) =>
        Assert.Contains(PropertyTemplate.Read("orders", template).Problems, problem => problem.Text.Contains(text, StringComparison.Ordinal));

    [Theory]
    [InlineData("{% for a in (1..1000) %}{% for b in (1..1000) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% for a in (1..100) %}{% for b in (1..10) %}0123456789012345678901234567890123456789012345678901234567890123456789{% endfor %}{% endfor %}", "65536 characters")]
    [InlineData("{% assign a = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}", "longer than 65536")]
    [InlineData("{% capture a %}xxxxxxxxxxxxxxxx{% endcapture %}{% for i in (1..40) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}", "longer than 65536")]
    [InlineData("{% assign a = 'xxxxxxxxxxxxxxxx' %}{% for i in (1..11) %}{% assign a = a | append: a %}{% endfor %}{{ a | replace: 'x', a }}", "too long a text")]
    [InlineData("{% assign c = 'now' %}{{ c | date: '%Y' }}", "no clock")]
    public void What_goes_beyond_bounds_fails_for_that_property_and_ends(string template, string problem)
    {
        var (value, said) = Render("orders", template, Some.Order("1", 1));
        Assert.Null(value);
        Assert.Contains(problem, said);
    }

    [Fact]
    public void Every_member_of_the_ledger_can_be_named_and_rendered()
    {
        foreach (var @object in RecordObjects.InOrder)
            foreach (var (root, type) in LedgerMembers.Roots(@object))
                foreach (var path in Paths(root, type, 4))
                    Assert.Empty(PropertyTemplate.Read(@object, $"{{{{ {path} }}}}").Problems);
        var order = Some.Order("1", 1, customer: "1", refunded: 100, lines: ["a"]) with { BillingAddress = new Address { City = "Graz" } };
        foreach (var (name, member) in LedgerMembers.Of(typeof(Order)))
        {
            var expected = LedgerMembers.Value(member.Read(order)).ToStringValue();
            if (expected.Length > 0 && LedgerMembers.Of(member.Type).Count == 0) Assert.Equal((expected, null), Render("orders", $"{{{{ order.{name} }}}}", order));
        }
        Assert.Equal("Graz", Render("orders", "{{ order.billing_address.city }}", order).Value);
        Assert.Equal("1.00", Render("orders", "{{ order.refunds.first.total }}", order).Value);
    }

    [Fact]
    public void What_records_are_found_and_compared_by_stays()
    {
        var (map, problems) = PropertyMap.Read(new Dictionary<string, string?> { ["contacts.spoke_key"] = "x", ["contacts.email"] = null, ["products.hs_sku"] = "{{ variant.sku }}", ["orders.hs_total_price"] = null, ["deals.amount"] = "1", ["contacts.jobtitle"] = null });
        Assert.Empty(map.Objects);
        Assert.Equal(6, problems.Count);
        Assert.Equal(["contacts.email", "contacts.spoke_key", "orders.hs_total_price", "products.hs_sku"], problems.Where(p => p.Text.StartsWith("stays as it is", StringComparison.Ordinal)).Select(p => p.Property).Order());
    }

    private static IEnumerable<string> Paths(string path, Type type, int depth)
    {
        yield return path;
        if (depth == 0) yield break;
        foreach (var (name, member) in LedgerMembers.Of(type))
            foreach (var below in Paths($"{path}.{name}", member.Type, depth - 1)) yield return below;
    }

    private static (string? Value, string? Problem) Render(string @object, string text, Order order)
    {
        var (template, problems) = PropertyTemplate.Read(@object, text);
        Assert.Empty(problems);
        return template!.Render([LedgerMembers.Connection("shop-main"), LedgerMembers.Store("shop.example"), ("order", order)]);
    }
}
