'use strict';
const v = require('@vendure/core');

const changed = (kind, id) => ({ kind, id: String(id), deleted: false });
const gone = (kind, id) => ({ kind, id: String(id), deleted: true });

// Until it is placed an order is a cart.
const ofOrder = ({ order }) => (order.state === 'Draft' ? [] : [changed(order.orderPlacedAt ? 'order' : 'cart', order.id)]);

const ofUser = async ({ ctx, user }, db) => (await db.getRepository(ctx, v.Customer).find({ where: { user: { id: user.id } } })).map(customer => changed('customer', customer.id));

const ofProduct = async ({ ctx }, id, db) => (await db.getRepository(ctx, v.ProductVariant).find({ where: { productId: id } })).map(variant => changed('variant', variant.id));

/** Each event with what has changed in the store by it. Events come when their transaction is committed. */
const events = [
  [v.OrderEvent, ofOrder],
  [v.OrderPlacedEvent, ({ order }) => [changed('order', order.id)]],
  [v.OrderStateTransitionEvent, ofOrder],
  [v.OrderLineEvent, ofOrder],
  [v.CouponCodeEvent, ({ orderId }) => [changed('cart', orderId)]],
  [v.PaymentStateTransitionEvent, ofOrder],
  [v.RefundEvent, ofOrder],
  [v.RefundStateTransitionEvent, ofOrder],
  [v.FulfillmentStateTransitionEvent, async ({ ctx, fulfillment }, db) => {
    const found = await db.getRepository(ctx, v.Fulfillment).findOne({ where: { id: fulfillment.id }, relations: { orders: true } });
    return (found?.orders ?? []).map(order => changed('order', order.id));
  }],
  [v.CustomerEvent, ({ entity, type }) => [type === 'deleted' ? gone('customer', entity.id) : changed('customer', entity.id)]],
  [v.CustomerAddressEvent, ({ entity }) => (entity.customer ? [changed('customer', entity.customer.id)] : [])],
  [v.AccountRegistrationEvent, ofUser],
  [v.AccountVerifiedEvent, ({ customer }) => [changed('customer', customer.id)]],
  [v.IdentifierChangeEvent, ofUser],
  [v.ProductEvent, (event, db) => (event.type === 'deleted' ? [] : ofProduct(event, event.entity.id, db))],   // each variant's own event follows
  [v.ProductChannelEvent, (event, db) => ofProduct(event, event.product.id, db)],
  [v.ProductVariantEvent, ({ entity, type }) => entity.map(variant => (type === 'deleted' ? gone : changed)('variant', variant.id))],
  [v.ProductVariantChannelEvent, ({ productVariant }) => [changed('variant', productVariant.id)]],
  [v.ProductVariantPriceEvent, ({ entity }) => entity.filter(price => price.variant).map(price => changed('variant', price.variant.id))],
].filter(([type]) => type);   // an older Vendure 3 may not have every one

module.exports = { events };
