using System.Text;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Tokens of other services, by the beginnings their makers publish.</summary>
internal static partial class ForeignTokens
{
    private static readonly (string Prefix, string Service)[] s_prefixes =
    [
        ("github_pat_", "GitHub"), ("ghp_", "GitHub"), ("gho_", "GitHub"), ("ghu_", "GitHub"), ("ghs_", "GitHub"), ("ghr_", "GitHub"), ("glpat-", "GitLab"),
        ("sk_live_", "Stripe"), ("sk_test_", "Stripe"), ("rk_live_", "Stripe"), ("rk_test_", "Stripe"), ("pk_live_", "Stripe"), ("pk_test_", "Stripe"), ("whsec_", "Stripe"),
        ("sk-ant-", "Anthropic"), ("sk-", "OpenAI"), ("sk_", "Stripe"), ("xoxb-", "Slack"), ("xoxp-", "Slack"), ("xoxa-", "Slack"), ("xoxe", "Slack"), ("xapp-", "Slack"), ("xox", "Slack"),
        ("shpat_", "Shopify"), ("shpss_", "Shopify"), ("shpca_", "Shopify"), ("shppa_", "Shopify"), ("AIza", "Google"), ("ya29.", "Google"), ("AKIA", "Amazon Web Services"), ("ASIA", "Amazon Web Services"),
        ("SG.", "SendGrid"), ("key-", "Mailgun"), ("npm_", "npm"), ("PMAK-", "Postman"), ("dop_v1_", "DigitalOcean"), ("lin_api_", "Linear"), ("ntn_", "Notion"), ("secret_", "Notion"),
        ("ATATT", "Atlassian"), ("EAA", "Facebook"), ("ck_", "WooCommerce"), ("cs_", "WooCommerce"), ("hf_", "Hugging Face"), ("pypi-", "PyPI"), ("figd_", "Figma"), ("dckr_pat_", "Docker"),
    ];

    [GeneratedRegex(@"^eyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){0,4}$")]
    private static partial Regex JsonWebToken();

    /// <summary>Whose it is; null when no known beginning fits.</summary>
    public static string? ServiceOf(string token)
    {
        foreach (var (prefix, service) in s_prefixes)
            if (token.StartsWith(prefix, StringComparison.Ordinal) && token.Length >= prefix.Length + 8) return service;
        return null;
    }

    public static bool IsJsonWebToken(string token) => JsonWebToken().IsMatch(token);

    /// <summary>The claims name HubSpot: a token of visitor identification, UI extensions or the like.</summary>
    public static bool IsHubSpots(string jwt)
    {
        foreach (var part in jwt.Split('.'))
        {
            var text = part.Replace('-', '+').Replace('_', '/');
            var bytes = new byte[text.Length + 4];
            if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length)) continue;
            var claims = Encoding.UTF8.GetString(bytes, 0, length);
            if (claims.Contains("hubspot", StringComparison.OrdinalIgnoreCase) || claims.Contains("portalId", StringComparison.OrdinalIgnoreCase) || claims.Contains("hubId", StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }
}
