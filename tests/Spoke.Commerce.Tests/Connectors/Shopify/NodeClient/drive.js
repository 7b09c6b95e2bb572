// Shopify's own client, unchanged, at the stand-in: its address is rewritten on the way, as it only takes shops' names.
import { createAdminApiClient } from '@shopify/admin-api-client';

const base = process.env.SHOP_URL;
const client = createAdminApiClient({
  storeDomain: 'stand-in.myshopify.com',
  apiVersion: '2026-10',
  accessToken: process.env.SHOP_TOKEN,
  customFetchApi: (url, init) => fetch(url.replace('https://stand-in.myshopify.com/', base), init),
});
const shop = await client.request('{ shop { name currencyCode } }');
const ids = [];
let after = null;
do {
  const { data, errors } = await client.request(
    'query($after: String) { orders(first: 3, after: $after, sortKey: ID) { edges { cursor node { id name totalPriceSet { shopMoney { amount currencyCode } } } } pageInfo { hasNextPage endCursor } } }',
    { variables: { after } });
  if (errors) throw new Error(JSON.stringify(errors));
  ids.push(...data.orders.edges.map((edge) => edge.node.id));
  after = data.orders.pageInfo.hasNextPage ? data.orders.pageInfo.endCursor : null;
} while (after);
const wrong = await client.request('{ shop { colour } }');
const tagged = await client.request('mutation($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id ... on Order { tags } } userErrors { field message } } }', { variables: { id: ids[0], tags: ['vip'] } });
const stranger = createAdminApiClient({ storeDomain: 'stand-in.myshopify.com', apiVersion: '2026-10', accessToken: 'wrong', customFetchApi: (url, init) => fetch(url.replace('https://stand-in.myshopify.com/', base), init) });
const refused = await stranger.request('{ shop { name } }');
console.log(JSON.stringify({
  name: shop.data.shop.name,
  cost: shop.extensions.cost.requestedQueryCost,
  orders: ids,
  wrong: wrong.errors.graphQLErrors[0].extensions,
  tags: tagged.data.tagsAdd.node.tags,
  refused: refused.errors.networkStatusCode,
}));
