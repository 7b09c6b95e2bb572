using Spoke.Commerce.Connectors;
using Spoke.HubSpot;

namespace Spoke.Sync.Connections;

/// <summary>One store and one portal. The name is part of every key we write, so it does not change later.</summary>
/// <param name="PortalPage">Address under which a person can look at a record: <c>{page}/{type}/{id}</c>.</param>
public sealed record Connection(string Name, IStoreConnector Store, HubSpotClient Portal, string StoreUrl, string PortalPage);
