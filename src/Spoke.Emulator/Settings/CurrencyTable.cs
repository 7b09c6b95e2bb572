namespace Spoke.Emulator.Settings;

/// <summary>The currencies HubSpot knows, with their names, and what one of the usual ones was worth in euros when this was written: the emulator's own central rates, which never move.</summary>
internal static class CurrencyTable
{
    public static IReadOnlyList<(string Code, string Name)> All { get; } = Read();

    public static bool Knows(string code) => Names.ContainsKey(code);

    public static IReadOnlyDictionary<string, decimal> InEuros { get; } = new Dictionary<string, decimal>(StringComparer.Ordinal)
    {
        ["EUR"] = 1m,
        ["USD"] = 0.86m,
        ["GBP"] = 1.14m,
        ["CHF"] = 1.07m,
        ["SEK"] = 0.091m,
        ["DKK"] = 0.134m,
        ["NOK"] = 0.085m,
        ["PLN"] = 0.236m,
        ["CZK"] = 0.0414m,
        ["HUF"] = 0.0026m,
        ["RON"] = 0.1965m,
        ["BGN"] = 0.5113m,
        ["JPY"] = 0.0055m,
        ["CNY"] = 0.1215m,
        ["CAD"] = 0.615m,
        ["AUD"] = 0.56m,
        ["NZD"] = 0.488m,
        ["INR"] = 0.0097m,
        ["BRL"] = 0.161m,
        ["MXN"] = 0.0469m,
        ["ZAR"] = 0.0502m,
        ["TRY"] = 0.0203m,
        ["SGD"] = 0.663m,
        ["HKD"] = 0.1107m,
        ["KWD"] = 2.8m,
        ["AED"] = 0.234m,
    };

    private static readonly Dictionary<string, string> Names = All.ToDictionary(currency => currency.Code, currency => currency.Name, StringComparer.Ordinal);

    private static (string, string)[] Read() =>
        [.. Text.Split(['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(entry => (entry[..3], entry[4..]))];

    private const string Text = """
        AED UAE Dirham|AFN Afghani|ALL Lek|AMD Armenian Dram|ANG Netherlands Antillean Guilder|AOA Kwanza|ARS Argentine Peso|AUD Australian Dollar|AWG Aruban Florin|AZN Azerbaijan Manat
        BAM Convertible Mark|BBD Barbados Dollar|BDT Taka|BGN Bulgarian Lev|BHD Bahraini Dinar|BIF Burundi Franc|BMD Bermudian Dollar|BND Brunei Dollar|BOB Boliviano|BOV Mvdol|BRL Brazilian Real|BSD Bahamian Dollar|BTN Ngultrum|BWP Pula|BYN Belarusian Ruble|BZD Belize Dollar
        CAD Canadian Dollar|CDF Congolese Franc|CHE WIR Euro|CHF Swiss Franc|CHW WIR Franc|CLF Unidad de Fomento|CLP Chilean Peso|CNY Yuan Renminbi|COP Colombian Peso|COU Unidad de Valor Real|CRC Costa Rican Colon|CUC Peso Convertible|CUP Cuban Peso|CVE Cabo Verde Escudo|CZK Czech Koruna
        DJF Djibouti Franc|DKK Danish Krone|DOP Dominican Peso|DZD Algerian Dinar|EGP Egyptian Pound|ERN Nakfa|ETB Ethiopian Birr|EUR Euro|FJD Fiji Dollar|FKP Falkland Islands Pound|GBP Pound Sterling|GEL Lari|GHS Ghana Cedi|GIP Gibraltar Pound|GMD Dalasi|GNF Guinean Franc|GTQ Quetzal|GYD Guyana Dollar
        HKD Hong Kong Dollar|HNL Lempira|HRK Kuna|HTG Gourde|HUF Forint|IDR Rupiah|ILS New Israeli Sheqel|INR Indian Rupee|IQD Iraqi Dinar|IRR Iranian Rial|ISK Iceland Krona|JMD Jamaican Dollar|JOD Jordanian Dinar|JPY Yen
        KES Kenyan Shilling|KGS Som|KHR Riel|KMF Comorian Franc|KPW North Korean Won|KRW Won|KWD Kuwaiti Dinar|KYD Cayman Islands Dollar|KZT Tenge|LAK Lao Kip|LBP Lebanese Pound|LKR Sri Lanka Rupee|LRD Liberian Dollar|LSL Loti|LYD Libyan Dinar
        MAD Moroccan Dirham|MDL Moldovan Leu|MGA Malagasy Ariary|MKD Denar|MMK Kyat|MNT Tugrik|MOP Pataca|MRU Ouguiya|MUR Mauritius Rupee|MVR Rufiyaa|MWK Malawi Kwacha|MXN Mexican Peso|MXV Mexican Unidad de Inversion|MYR Malaysian Ringgit|MZN Mozambique Metical
        NAD Namibia Dollar|NGN Naira|NIO Cordoba Oro|NOK Norwegian Krone|NPR Nepalese Rupee|NZD New Zealand Dollar|OMR Rial Omani|PAB Balboa|PEN Sol|PGK Kina|PHP Philippine Peso|PKR Pakistan Rupee|PLN Zloty|PYG Guarani|QAR Qatari Rial|RON Romanian Leu|RSD Serbian Dinar|RUB Russian Ruble|RWF Rwanda Franc
        SAR Saudi Riyal|SBD Solomon Islands Dollar|SCR Seychelles Rupee|SDG Sudanese Pound|SEK Swedish Krona|SGD Singapore Dollar|SHP Saint Helena Pound|SLL Leone|SOS Somali Shilling|SRD Surinam Dollar|SSP South Sudanese Pound|STN Dobra|SVC El Salvador Colon|SYP Syrian Pound|SZL Lilangeni
        THB Baht|TJS Somoni|TMT Turkmenistan New Manat|TND Tunisian Dinar|TOP Pa'anga|TRY Turkish Lira|TTD Trinidad and Tobago Dollar|TWD New Taiwan Dollar|TZS Tanzanian Shilling|UAH Hryvnia|UGX Uganda Shilling|USD US Dollar|USN US Dollar (Next day)|UYI Uruguay Peso en Unidades Indexadas|UYU Peso Uruguayo|UZS Uzbekistan Sum
        VEF Bolivar|VND Dong|VUV Vatu|WST Tala|XAF CFA Franc BEAC|XAG Silver|XAU Gold|XBA European Composite Unit|XBB European Monetary Unit|XBC European Unit of Account 9|XBD European Unit of Account 17|XCD East Caribbean Dollar|XDR SDR (Special Drawing Right)|XOF CFA Franc BCEAO|XPD Palladium|XPF CFP Franc|XPT Platinum|XSU Sucre|XUA ADB Unit of Account
        YER Yemeni Rial|ZAR Rand|ZMW Zambian Kwacha|ZWL Zimbabwe Dollar
        """;
}
