using CsCheck;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Ledger;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("  Mixed.Case+Tag@Example.COM\t", "mixed.case+tag@example.com")]
    [InlineData("jürgen@müller.example", "jürgen@xn--mller-kva.example")]
    [InlineData("JÜRGEN@MÜLLER.example", "jürgen@xn--mller-kva.example")]
    [InlineData("ju\u0308rgen@mu\u0308ller.example", "j\u00FCrgen@xn--mller-kva.example")]
    [InlineData("o@xn--mller-kva.example", "o@xn--mller-kva.example")]
    [InlineData("пример@почта.рф", "пример@xn--80a1acny.xn--p1ai")]
    [InlineData("o'brien@example.com", "o'brien@example.com")]
    public void An_address_has_one_form(string given, string expected) => Assert.Equal(expected, EmailAddress.Normalise(given));

    [Theory]
    [InlineData("no-at.example.com")]
    [InlineData("two@at@example.com")]
    [InlineData("a@nodot")]
    [InlineData("a@.com")]
    [InlineData("a@com.")]
    [InlineData("a@b..com")]
    [InlineData("@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("a\u0000b@example.com")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    public void What_cannot_be_an_address_is_none(string? given) => Assert.Null(EmailAddress.Normalise(given));

    [Theory]
    [InlineData(64, 20, true)]
    [InlineData(65, 20, false)]
    [InlineData(64, 189, true)]
    [InlineData(64, 190, false)]
    public void Length_has_its_limits(int local, int domain, bool valid)
    {
        var labels = string.Join('.', Enumerable.Repeat(new string('d', 40), 4)) + '.' + new string('d', 60);
        Assert.Equal(valid, EmailAddress.Normalise(new string('l', local) + "@" + labels[..(domain - 4)] + ".com") is not null);
    }

    [Fact]
    public void The_one_form_is_its_own_form() => Gen.String[Gen.Char["abcäöüßéèê ̈́Aİ+.-_0189"], 1, 20].Sample(local =>
        EmailAddress.Normalise(local + "@example.com") is not { } once || EmailAddress.Normalise(once) == once);
}
