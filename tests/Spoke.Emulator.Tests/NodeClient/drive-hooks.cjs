// HubSpot's own client subscribes to events, receives a delivery, checks its signatures, and answers a workflow's custom action.
const http = require('node:http');
const { Client, Signature } = require('@hubspot/api-client');

const base = process.env.HUBSPOT_BASE_URL;
const appId = 2100001;
const clientSecret = process.env.HUBSPOT_CLIENT_SECRET;

async function control(method, call, body) {
  const reply = await fetch(`${base}/_emulator/${call}`, { method, body: body && JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${call}: ${reply.status} ${await reply.text()}`);
  return reply.status === 204 ? undefined : reply.json();
}

function receive(arrived) {
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', part => (body += part));
    request.on('end', () => {
      arrived.push({ path: request.url, headers: request.headers, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ outputFields: { hs_execution_state: 'BLOCK' } }));
    });
  });
  return new Promise(listening => server.listen(0, '127.0.0.1', () => listening(server)));
}

async function main() {
  const arrived = [];
  const server = await receive(arrived);
  const here = `http://127.0.0.1:${server.address().port}`;
  const developerApiKey = (await control('POST', 'tokens', { kind: 'developer' })).token;
  const app = new Client({ developerApiKey, basePath: base, numberOfApiCallRetries: 0 });
  const account = new Client({ accessToken: process.env.HUBSPOT_ACCESS_TOKEN, basePath: base, numberOfApiCallRetries: 0 });
  const seen = {};

  const settings = await app.webhooks.settingsApi.configure(appId, { targetUrl: `${here}/hook`, throttling: { maxConcurrentRequests: 10 } });
  seen.targetUrl = settings.targetUrl === `${here}/hook`;
  const subscription = await app.webhooks.subscriptionsApi.create(appId, { eventType: 'contact.creation', active: false });
  await app.webhooks.subscriptionsApi.updateBatch(appId, { inputs: [{ id: Number(subscription.id), active: true }] });
  seen.active = (await app.webhooks.subscriptionsApi.getById(Number(subscription.id), appId)).active;
  seen.subscriptions = (await app.webhooks.subscriptionsApi.getAll(appId)).results.length;

  const definition = await app.automation.actions.definitionsApi.create(appId, {
    actionUrl: `${here}/action`, published: true, objectTypes: ['CONTACT'], functions: [], inputFields: [], labels: { en: { actionName: 'Act' } } });
  seen.definitions = (await app.automation.actions.definitionsApi.getPage(appId)).results.map(one => one.id === definition.id);
  const flow = await (await account.apiRequest({ method: 'POST', path: '/automation/v4/flows', body: {
    type: 'CONTACT_FLOW', objectTypeId: '0-1', flowType: 'WORKFLOW', isEnabled: true, startActionId: '1', customProperties: {}, timeWindows: [], blockedDates: [], dataSources: [], suppressionListIds: [], canEnrollFromSalesforce: false,
    enrollmentCriteria: { type: 'EVENT_BASED', shouldReEnroll: false, listMembershipFilterBranches: [], eventFilterBranches: [{ filterBranchType: 'UNIFIED_EVENTS', filterBranchOperator: 'AND', eventTypeId: '4-1463224', operator: 'HAS_COMPLETED', filters: [], filterBranches: [] }] },
    actions: [{ type: 'SINGLE_CONNECTION', actionId: '1', actionTypeId: `1-${definition.id}`, actionTypeVersion: 1, fields: {}, connection: { edgeType: 'STANDARD', nextActionId: '2' } },
      { type: 'SINGLE_CONNECTION', actionId: '2', actionTypeId: '0-5', actionTypeVersion: 0, fields: { property_name: 'city', value: { type: 'FIELD_DATA', actionId: '1', dataKey: 'city' } } }] } })).json();
  seen.flow = flow.isEnabled;

  const contact = await account.crm.contacts.basicApi.create({ properties: { email: 'hooks@client.example' }, associations: [] });
  await control('GET', 'webhooks/idle?timeoutMs=20000');
  const hook = arrived.find(one => one.path === '/hook');
  const action = arrived.find(one => one.path === '/action');
  seen.event = JSON.parse(hook.body)[0].objectId === Number(contact.id);
  const url = `${here}/hook`;
  seen.v1 = Signature.isValid({ signatureVersion: 'v1', signature: hook.headers['x-hubspot-signature'], clientSecret, requestBody: hook.body });
  seen.v3 = Signature.isValid({ signatureVersion: 'v3', method: 'POST', url, signature: hook.headers['x-hubspot-signature-v3'], clientSecret, requestBody: hook.body, timestamp: Number(hook.headers['x-hubspot-request-timestamp']) });
  seen.forged = Signature.isValid({ signatureVersion: 'v1', signature: hook.headers['x-hubspot-signature'], clientSecret, requestBody: hook.body + ' ' });
  seen.v2 = Signature.isValid({ signatureVersion: 'v2', method: 'POST', url: `${here}/action`, signature: action.headers['x-hubspot-signature'], clientSecret, requestBody: action.body });

  await account.automation.actions.callbacksApi.complete(JSON.parse(action.body).callbackId, { outputFields: { city: 'Bonn', hs_execution_state: 'SUCCESS' } });
  await control('GET', 'webhooks/idle?timeoutMs=20000');
  seen.city = (await account.crm.contacts.basicApi.getById(contact.id, ['city'])).properties.city;
  await app.webhooks.settingsApi.clear(appId);
  server.close();
  server.closeAllConnections();
  console.log(JSON.stringify(seen));
}

main().catch(error => { console.error(error); process.exit(1); });
