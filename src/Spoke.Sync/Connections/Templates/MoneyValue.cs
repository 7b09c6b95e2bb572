using System.Globalization;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Values;

namespace Spoke.Sync.Connections.Templates;

/// <summary>An amount in a template: written with the digits of its currency, which Liquid's own numbers lose; in sums it is a number.</summary>
internal sealed class MoneyValue(decimal amount, string currency, string text) : FluidValue
{
    public override FluidValues Type => FluidValues.Object;

    public override bool Equals(FluidValue? other) => other is MoneyValue && other.ToStringValue() == text && ((MoneyValue)other).Currency == currency;

    public override bool Equals(object? obj) => obj is FluidValue other && Equals(other);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    public override bool ToBooleanValue() => true;

    public override decimal ToNumberValue() => amount;

    public override string ToStringValue() => text;

    public override object ToObjectValue() => text;

    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) => new(name switch
    {
        "amount" => NumberValue.Create(amount),
        "currency" => StringValue.Create(currency),
        _ => NilValue.Instance,
    });

    public override ValueTask WriteToAsync(TextWriter writer, TextEncoder encoder, CultureInfo cultureInfo)
    {
        writer.Write(text);
        return default;
    }

    private string Currency => currency;
}
