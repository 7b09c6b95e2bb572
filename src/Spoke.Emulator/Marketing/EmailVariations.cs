using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>A/B tests: an e-mail and its variation know each other.</summary>
internal static class EmailVariations
{
    public static EmulatorReply Create(CrmCall call, EmailsArea area)
    {
        var (id, name) = (call.BodyObject.RequiredText("AbTestCreateRequestVNext", "contentId"), call.Body.RequiredText("AbTestCreateRequestVNext", "variationName"));
        var (_, email) = EmailEndpoints.Require(area, id);
        if (email["isAb"]!.GetValue<bool>()) throw MailErrors.Bad($"Email {id} already has a variation.", "contentId", id);
        var test = DocumentShelf.GuidOf(call.Portal.NextPartId());
        email["isAb"] = true;
        email["testing"] = new JsonObject { ["testId"] = test, ["isAbVariation"] = false, ["abStatus"] = "master", ["abTestPercentage"] = 50, ["hoursToWait"] = 4, ["abSuccessMetric"] = "OPENS_BY_DELIVERED" };
        return EmailEndpoints.Clone(call, area, id, name, null, 201, copy =>
        {
            copy["testing"]!["isAbVariation"] = true;
            copy["testing"]!["abStatus"] = "variant";
        });
    }

    public static EmulatorReply Get(CrmCall call, EmailsArea area, JsonObject email)
    {
        var test = email["testing"]?["testId"]?.ToString();
        var other = test is null ? null : area.Emails.All.FirstOrDefault(one => one != email && one["testing"]?["testId"]?.ToString() == test);
        return EmailEndpoints.Reply(200, other ?? throw MailErrors.NoSuchEmail($"{email["id"]} (variation)"));
    }
}
