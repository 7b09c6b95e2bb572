// HubSpot's own Node client against the emulator: only basePath differs from a program for the real HubSpot.
// Run: spoke emulator --port 4010   then   npm install && node index.mjs
import { Client } from '@hubspot/api-client';

const basePath = process.env.HUBSPOT_BASE_URL ?? 'http://127.0.0.1:4010';
const accessToken = process.env.HUBSPOT_ACCESS_TOKEN ?? 'pat-na1-00000000-0000-4000-8000-000000000001';
const hubspot = new Client({ accessToken, basePath, numberOfApiCallRetries: 2 });
const { contacts } = hubspot.crm;

const made = await contacts.basicApi.create({ properties: { email: 'node@sample.example', firstname: 'Node' }, associations: [] });
console.log(`created ${made.id}`);

try {
  await contacts.basicApi.create({ properties: { email: 'node@sample.example' }, associations: [] });
} catch (refused) {
  console.log(`refused ${refused.code} ${refused.body.category}`);
}

// The emulator fails once on demand; the client's own retry gets over it.
await fetch(`${basePath}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ kind: '502', method: 'GET', path: '/crm/v3/objects/contacts/' }) });
const read = await contacts.basicApi.getById(made.id, ['email']);
console.log(`read ${read.properties.email} in spite of a 502`);
