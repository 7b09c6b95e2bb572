namespace Spoke.Shop.Store;

/// <summary>Looks at what a caller sent and refuses it once, with everything that is wrong.</summary>
internal sealed class InputCheck
{
    public const int MostOfOne = 99;
    private const int LongestText = 120;
    private readonly Dictionary<string, string> _errors = [];

    public string Email(string field, string? value)
    {
        var email = value?.Trim() ?? "";
        var at = email.IndexOf('@');
        if (email.Length == 0) _errors[field] = $"{field} is needed to send the confirmation to.";
        else if (at < 1 || at == email.Length - 1 || email.Length > 254 || email.IndexOf('@', at + 1) >= 0 || email.Any(char.IsWhiteSpace)) _errors[field] = $"{field} '{email}' is no e-mail address.";
        return email;
    }

    public string Text(string field, string? value, bool required = false)
    {
        var text = value?.Trim() ?? "";
        if (required && text.Length == 0) _errors[field] = $"{field} is missing.";
        else if (text.Length > LongestText) _errors[field] = $"{field} is longer than {LongestText} characters.";
        return text;
    }

    public int Quantity(string field, int? value)
    {
        if (value is null) _errors[field] = $"{field} is missing.";
        else if (value is < 0 or > MostOfOne) _errors[field] = $"{field} {value} is not 0 to {MostOfOne}.";
        return value ?? 0;
    }

    public string Currency(string field, string value)
    {
        if (!Pricing.Sells(value)) _errors[field] = $"{field} '{value}' is not sold in; choose one of {string.Join(", ", Pricing.Currencies)}.";
        return value;
    }

    public void Coupon(string field, string? value)
    {
        if (Pricing.Percent(value?.Trim()) is null) _errors[field] = $"{field} '{value}' is not valid. There are {string.Join(" and ", Pricing.CouponCodes)}.";
    }

    public void Card(string field, string? value)
    {
        if (!string.IsNullOrEmpty(value) && TestCards.StateOf(value) is null)
            _errors[field] = $"{field} is not one of the test cards: {TestCards.Pays} pays, {TestCards.Declined} is declined, {TestCards.NeedsConfirmation} has to be confirmed.";
    }

    public void Refuse()
    {
        if (_errors.Count > 0) throw new ShopRefusal(400, "Input refused", string.Join(" ", _errors.Values), _errors);
    }
}
