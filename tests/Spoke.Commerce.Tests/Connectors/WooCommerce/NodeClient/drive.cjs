// Drives WooCommerce's official client against the shop at WOO_URL and prints what it saw.
const WooCommerceRestApi = require('@woocommerce/woocommerce-rest-api').default;

const api = new WooCommerceRestApi({
  url: process.env.WOO_URL,
  consumerKey: process.env.WOO_KEY,
  consumerSecret: process.env.WOO_SECRET,
  version: 'wc/v3',
  queryStringAuth: process.env.WOO_URL.startsWith('https'),
});

const failure = async call => {
  try {
    await call;
    return null;
  } catch (error) {
    return [error.response.status, error.response.data.code, error.response.data.data.status];
  }
};

(async () => {
  const seen = {};
  const page = await api.get('orders', { per_page: 20, page: 2, orderby: 'id', order: 'asc', status: ['processing', 'completed'].join(',') });
  seen.page = [page.data.length, page.headers['x-wp-total'], page.headers['x-wp-totalpages']];
  const customer = await api.post('customers', { email: 'node@client.example', first_name: 'Node', billing: { phone: '+353 1 234' }, meta_data: [{ key: 'tier', value: { gold: true } }] });
  seen.customer = [customer.status, customer.data.email, customer.data.meta_data[0].value.gold];
  const order = await api.post('orders', { customer_id: customer.data.id, billing: customer.data.billing, line_items: [{ product_id: 1000, quantity: 3 }], set_paid: true });
  seen.order = [order.status, order.data.status, order.data.line_items[0].quantity, order.data.date_paid_gmt !== null];
  const since = order.data.date_modified_gmt;
  const edited = await api.put(`orders/${order.data.id}`, { status: 'completed', meta_data: [{ key: 'a b&c=d/é', value: 'x' }] });
  seen.edited = [edited.data.status, edited.data.meta_data[0].key];
  const refund = await api.post(`orders/${order.data.id}/refunds`, { amount: '1.50', reason: 'a (little) late!' });
  seen.refund = [refund.data.amount, (await api.get(`orders/${order.data.id}/refunds`)).data[0].reason];
  await api.post(`orders/${order.data.id}/notes`, { note: 'From Node' });
  seen.notes = (await api.get(`orders/${order.data.id}/notes`)).data.map(note => note.note);
  const changed = await api.get('orders', { modified_after: new Date(Date.parse(since + 'Z') - 1000).toISOString().slice(0, 19), dates_are_gmt: true, _fields: 'id,status' });
  seen.changed = changed.data.map(row => Object.keys(row).join());
  seen.missing = await failure(api.get('orders/424242'));
  seen.invalid = await failure(api.get('orders', { per_page: 101 }));
  seen.nowhere = await failure(api.get('nothing'));
  const stranger = new WooCommerceRestApi({ url: process.env.WOO_URL, consumerKey: process.env.WOO_KEY, consumerSecret: 'cs_wrong', version: 'wc/v3' });
  seen.stranger = await failure(stranger.get('orders'));
  const webhook = await api.post('webhooks', { name: 'hook', topic: 'order.created', delivery_url: 'https://example.test/hook', secret: 's' });
  seen.webhook = [webhook.data.status, webhook.data.event, 'secret' in webhook.data];
  seen.deleted = (await api.delete(`orders/${order.data.id}`, { force: true })).status;
  console.log(JSON.stringify(seen));
})().catch(error => {
  console.error(error.response ? JSON.stringify(error.response.data) : error.stack);
  process.exit(1);
});
