using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Settings;

/// <summary>The audit log of web content. The account has no web content, so nothing ever happened to it.</summary>
internal sealed class ContentAuditArea(Portal portal) : StatelessArea(portal)
{
    private const int LargestPage = 100;

    public override string Name => "contentAudit";

    public override bool Owns(IReadOnlyList<string> path) => path is ["cms", "audit-logs", ..];

    public override EmulatorReply? Handle(CrmCall call) => call is { Method: "GET", Rest.Count: 2 }
        ? ListReply.Page(call, Array.Empty<long>(), number => number, call.Limit(LargestPage, LargestPage), static (_, _) => { })
        : null;
}
