using Spoke.Sync.Companies;

namespace Spoke.Sync.Tests.Companies;

public sealed class PublicSuffixTests
{
    // From the list's own test cases, and what scenario and definition name.
    [Theory]
    [InlineData("com", null)]
    [InlineData("example.com", "example.com")]
    [InlineData("b.example.com", "example.com")]
    [InlineData("mail.acme.co.uk", "acme.co.uk")]
    [InlineData("co.uk", null)]
    [InlineData("a.b.example.example", "example.example")]
    [InlineData("mm", null)]
    [InlineData("c.mm", null)]
    [InlineData("a.b.c.mm", "b.c.mm")]
    [InlineData("www.test.ac.jp", "test.ac.jp")]
    [InlineData("kyoto.jp", null)]
    [InlineData("a.b.ide.kyoto.jp", "b.ide.kyoto.jp")]
    [InlineData("c.kobe.jp", null)]
    [InlineData("www.city.kobe.jp", "city.kobe.jp")]
    [InlineData("www.ck", "www.ck")]
    [InlineData("www.www.ck", "www.ck")]
    [InlineData("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn")]
    [InlineData("xn--55qx5d.cn", null)]
    [InlineData("ada.github.io", "ada.github.io")]
    [InlineData("10.0.0.1", null)]
    [InlineData("localhost", null)]
    [InlineData("a..com", null)]
    public void The_registrable_part_is_what_somebody_registered(string domain, string? registrable) => Assert.Equal(registrable, PublicSuffixes.Registrable(domain));

    [Theory]
    [InlineData("Ada@Mail.ACME.co.uk", "acme.co.uk")]
    [InlineData("ada@bücher.example", "xn--bcher-kva.example")]
    [InlineData("no address", null)]
    [InlineData(null, null)]
    public void An_address_has_the_domain_of_its_host(string? email, string? domain) => Assert.Equal(domain, CompanyRules.DomainOf(email));

    [Fact]
    public void Mail_providers_throw_away_addresses_and_the_shop_itself_are_no_companies_and_the_list_can_be_changed()
    {
        var rules = new CompanyRules(CompanySource.Domain, ["# ours", "Partner-Mail.example", "!gmx.de  # a company in our trade", ""]);
        foreach (var none in new[] { "gmail.com", "yahoo.co.uk", "mailinator.com", "appleid.com", "partner-mail.example", "shop.example" }) Assert.False(rules.IsCompany(none, "www.shop.example"), none);
        foreach (var company in new[] { "acme.co.uk", "gmx.de" }) Assert.True(rules.IsCompany(company, "www.shop.example"), company);
        Assert.False(CompanyRules.Default.IsCompany("gmx.de", "shop"));
    }
}
