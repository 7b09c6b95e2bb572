using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>A real store of one platform for the conformance suite: how to connect to it, and what people do in it.</summary>
public abstract class StoreUnderTest : IAsyncLifetime
{
    /// <summary>Why there is no such store here; null when there is one.</summary>
    public virtual string? Missing => null;

    public abstract Uri Url { get; }

    /// <summary>What no message may show.</summary>
    public abstract IReadOnlyList<string> Secrets { get; }

    /// <summary>The setting to mend when the store refuses us.</summary>
    public abstract string CredentialSetting { get; }

    /// <summary>Small pages, so that there are several.</summary>
    public abstract IStoreConnector Connect(HttpMessageHandler handler, TimeProvider time, Uri? url = null, string? secret = null);

    /// <summary>The store's own bytes in a payload.</summary>
    public abstract string SentText(StoreChange change);

    public abstract Task<string> OpenCartAsync(string email);
    public abstract Task EditCartAsync(string cart);

    /// <returns>The id of an order that is placed and not paid.</returns>
    public abstract Task<string> PlaceAsync(string email);
    public abstract Task PayAsync(string order);
    public abstract Task ShipAsync(string order);
    public abstract Task DeliverAsync(string order);
    public abstract Task RefundAsync(string order, long minor);
    public abstract Task CancelAsync(string order);

    /// <returns>The customer's id and the last name it has now.</returns>
    public abstract Task<(string Id, string LastName)> EditCustomerAsync(string email);

    /// <summary>The platform shows no carts; they come by pushes only, and so must <see cref="PushedAsync"/>.</summary>
    public virtual bool CartsArePushed => false;

    /// <summary>Every change of an order moves a time that can be asked for, so that polls find it by that.</summary>
    public virtual bool OrdersKeepTime => false;

    /// <summary>The first push of the store, past or to come, that brings what is wanted.</summary>
    public virtual Task<StoreChange> PushedAsync(IStoreConnector connector, Func<StoreChange, bool> wanted) => throw new NotSupportedException("This store pushes nothing to the test.");

    /// <summary>An id of the platform's form that nothing has.</summary>
    public abstract string UnknownId { get; }

    /// <summary>The notes the store's people see at an order or a customer; only asked of platforms that take notes.</summary>
    public virtual Task<IReadOnlyList<string>> NotesAsync(EntityKind of, string id) => throw new NotSupportedException("This platform takes no notes.");

    public abstract ValueTask InitializeAsync();
    public abstract ValueTask DisposeAsync();
}
