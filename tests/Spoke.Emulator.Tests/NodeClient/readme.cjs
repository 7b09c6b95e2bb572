// Runs every example of the official client's own README, as it stands in the installed package, against the address in HUBSPOT_BASE_URL.
// Only names the examples leave open get values, and the few texts in `edits` give way. Prints one JSON line: examples with their outcome.
// Outcomes: passed; pending (the emulator does not carry the endpoint out, or cannot yet hand out what the example needs); failed.
const fs = require('node:fs');
const path = require('node:path');
const real = require('@hubspot/api-client');
const { AssociationTypes } = real;

const base = process.env.HUBSPOT_BASE_URL;
const token = process.env.HUBSPOT_ACCESS_TOKEN;
const home = path.dirname(require.resolve('@hubspot/api-client/package.json'));

class Client extends real.Client {
  constructor(options) { super({ basePath: base, ...options }); }
}
const hubspot = { ...real, Client };
const client = () => new Client({ accessToken: token });
class Pending extends Error { }

function blocks() {
  const found = [];
  let heading = '', block = null, number = 0;
  for (const line of fs.readFileSync(path.join(home, 'README.md'), 'utf8').split('\n')) {
    if (block) {
      if (line.startsWith('```')) { found.push(block); block = null; }
      else block.text += line + '\n';
    } else if (/^#{2,4} /.test(line)) { heading = line.replace(/^#+ /, '').replace(/^\{EXAMPLE\} /, ''); number = 0; }
    else if (line.startsWith('```')) block = { language: line.slice(3).trim().toLowerCase(), text: '', name: `${heading} ${++number}` };
  }
  return found.filter(one => !['shell', 'bash'].includes(one.language));
}

const works = async made => { if ((await made.crm.contacts.basicApi.getPage(1)).results === undefined) throw new Error('the client that was made cannot read'); };
const makes = { check: values => works(values.hubspotClient) };
const redirect = 'http://localhost:3000/oauth-callback';

// A code for the emulator's app: its consent page is told to agree, and the client's own link is followed to it.
async function code() {
  const told = await fetch(`${base}/_emulator/apps/${process.env.HUBSPOT_CLIENT_ID}`, { method: 'PATCH', body: JSON.stringify({ consent: 'approve' }) });
  if (told.status === 404) throw new Pending('the emulator has no consent page');
  const link = new URL(client().oauth.getAuthorizationUrl(process.env.HUBSPOT_CLIENT_ID, redirect, 'oauth crm.objects.contacts.read crm.objects.companies.read'));
  const answer = await fetch(base + link.pathname + link.search, { redirect: 'manual' });
  if (!answer.headers.get('location')) throw new Error(`the consent page answered ${answer.status} ${await answer.text()}`);
  return new URL(answer.headers.get('location')).searchParams.get('code');
}

const refreshToken = async () => (await client().oauth.tokensApi.create('authorization_code', await code(), redirect, process.env.HUBSPOT_CLIENT_ID, process.env.HUBSPOT_CLIENT_SECRET)).refreshToken;
const ids = async (kind, count) => (await client().crm[kind].batchApi.create({ inputs: Array.from({ length: count }, (_, i) => ({ properties: kind === 'deals' ? { dealname: `Deal ${i}` } : { email: `readme${i}.${Date.now()}@client.example` }, associations: [] })) })).results.map(one => one.id);

// Per example: scope (values for the names it leaves open), edits (texts that give way), check (what must have come of it),
// unpublished (HubSpot's API descriptions do not have its path, so a 404 is no failure of the emulator's).
const examples = {
  'Instantiate client 1': makes,
  'Instantiate client 2': { module: true },
  'Instantiate client 3': { check: values => { if (!values.hubspotClient) throw new Error('no client'); } },
  'Instantiate client 4': makes,
  'Instantiate client 5': { edits: [["'https://some-url'", 'base']], check: makes.check },
  'Instantiate client 6': makes,
  'Instantiate client 7': { scope: async () => ({ YOUR_REFRESH_TOKEN: await refreshToken() }), check: (_, printed) => { if (!printed[0].accessToken) throw new Error('no access token'); } },
  'Rate limiting 1': { scope: () => ({ DEFAULT_LIMITER_OPTIONS: { minTime: 1000 / 9, maxConcurrent: 6, id: 'hubspot-client-limiter' } }), check: makes.check },
  'Rate limiting 2': { check: values => works(new Client({ accessToken: token, limiterOptions: values.DEFAULT_LIMITER_OPTIONS })) },
  'Rate limiting 3': { check: values => works(new Client({ accessToken: token, searchLimiterOptions: values.SEARCH_LIMITER_OPTIONS })) },
  'Retry mechanism 1': {
    check: async values => {
      await fetch(`${base}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ kind: '500', path: '/crm/v3/objects/contacts', times: 2 }) });
      await works(values.hubspotClient);
    },
  },
  'Usage 1': { scope: () => ({ limit: 10, after: undefined, properties: ['email'], propertiesWithHistory: undefined, associations: undefined, archived: false }), check: (_, printed) => { if (!Array.isArray(printed[0].results)) throw new Error('no page'); } },
  'Create Contact, Company and associate created objects 1': {
    scope: () => ({ yourValue: 'readme.example', AssociationTypes }),
    check: async values => {
      const linked = await client().crm.associations.v4.basicApi.getPage('companies', values.createCompanyResponse.id, 'contacts');
      if (String(linked.results[0]?.toObjectId) !== values.createContactResponse.id) throw new Error('not associated: ' + JSON.stringify(linked.results));
    },
  },
  'Get associated Companies by Contact 1': { scope: async () => ({ hubspotContactId: (await ids('contacts', 1))[0], after: undefined, pageSize: 10 }), check: values => { if (values.companies.results.length !== 0) throw new Error('companies from nowhere'); } },
  'Update multiple objects in batch mode 1': {
    scope: async () => ({ readmeIds: await ids('deals', 2), yourValue: '1234' }), edits: [['yourId', 'readmeIds[0]'], ['yourId', 'readmeIds[1]']],
    check: async (_, __, scope) => { if ((await client().crm.deals.basicApi.getById(scope.readmeIds[1], ['amount'])).properties.amount !== '1234') throw new Error('not updated'); },
  },
  'Import Contacts 1': { scope: () => { fs.writeFileSync('test.csv', 'First Name,Email\nImported,imported@client.example\n'); return {}; }, check: (_, printed) => { if (!printed[0].id) throw new Error('no import'); } },
  'Search CRM Contacts 1': { scope: async () => { await ids('contacts', 1); return {}; }, check: (_, printed) => { if (!(printed[0].total > 0)) throw new Error('nothing found'); } },
  'Search CRM Contacts 2': { edits: [[': PublicObjectSearchRequest', '']], check: (_, printed) => { if (!(printed[0].total > 0)) throw new Error('nothing found'); } },
  'Get all 1': { scope: async () => { await ids('contacts', 3); return {}; }, check: values => { if (values.allContacts.length < 3) throw new Error('not all'); } },
  'Upload a file (via the SDK) 1': { scope: () => { fs.writeFileSync('photo.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xd9])); return {}; }, check: (_, printed) => { if (!printed[0].id) throw new Error('no file'); } },
  'Obtain your authorization url 1': { check: values => { if (!values.uri.includes('client_id=your_client_id')) throw new Error(values.uri); } },
  'Obtain an access token from an authorization_code 1': {
    scope: async () => ({ code: await code(), YOUR_REDIRECT_URI: redirect }),
    edits: [['.then(...)', '.then(results => results)']], check: values => { if (!values.returned.accessToken) throw new Error('no access token'); },
  },
  'Get audit logs 1': { unpublished: true, check: values => { if (!Array.isArray(values.response.results)) throw new Error('no page'); } },
  'Not wrapped endpoint(s) 1': { check: async values => { if (values.returned.status !== 404) throw new Error(`an endpoint nobody has answered ${values.returned.status}`); } },
  'Get contacts 1': { check: (_, printed) => { if (!Array.isArray(printed[0].results)) throw new Error('no page'); } },
  'Upload a file 1': { scope: () => { fs.writeFileSync('photo.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xd9])); return { FormData: require('form-data') }; }, edits: [["'file path'", "'photo.jpg'"]], check: async values => { if ([401, 404, 501].includes(values.response.status)) throw new Pending('the old file API answers ' + values.response.status); if (!values.response.ok) throw new Error(`${values.response.status} ${await values.response.text()}`); } },
  'Reserved words 1': { scope: async () => ({ contact: (await ids('contacts', 1))[0], company: (await client().crm.companies.basicApi.create({ properties: { name: 'Reserved' }, associations: [] })).id }), edits: [["'contactID'", 'contact'], ["'companyID'", 'company']], check: values => { if (values.response.results.length !== 1) throw new Error('not associated'); } },
  'Typescript 1': { module: true },
};

async function run(block, example) {
  let text = block.text;
  for (const [from, to] of example.edits ?? []) {
    if (!text.includes(from)) throw new Error(`the README no longer says ${from}`);
    text = text.replace(from, to);
  }
  if (example.module) {
    const file = path.join(__dirname, 'readme-example.mjs');
    fs.writeFileSync(file, `const [YOUR_ACCESS_TOKEN, YOUR_DEVELOPER_API_KEY] = ['${token}', undefined];\n${text}\nhubspotClient.basePath = '${base}'; hubspotClient.config && (hubspotClient.config.basePath = '${base}');\nexport { hubspotClient };`);
    const { hubspotClient } = await import(file);
    return works(new Client({ accessToken: hubspotClient.config?.accessToken ?? token }));
  }
  const scope = { ...(await example.scope?.()) };
  const printed = [];
  const names = {
    require: name => name === '@hubspot/api-client' ? hubspot : require(name), hubspot, fs, base, console: { log: value => printed.push(value), error: error => { throw error; } },
    YOUR_ACCESS_TOKEN: token, YOUR_DEVELOPER_API_KEY: undefined, YOUR_CLIENT_ID: process.env.HUBSPOT_CLIENT_ID, YOUR_CLIENT_SECRET: process.env.HUBSPOT_CLIENT_SECRET, ...scope,
  };
  if (!/^const (hubspot|fs) = require/m.test(text)) names.hubspotClient = client();
  for (const [, declared] of text.matchAll(/^(?:const|let) (\w+) =/gm)) delete names[declared];
  const declared = [...text.matchAll(/^(?:const|let) (\w+) =/gm)].map(match => match[1]);
  if (!declared.includes('hubspotClient')) names.hubspotClient ??= client();
  else delete names.hubspotClient;
  if (text.startsWith('hubspotClient')) text = 'return ' + text;
  const body = /^return /m.test(text) && text.startsWith('return') ? text : `${text}\nreturn { ${declared.join(', ')} };`;
  const AsyncFunction = (async () => { }).constructor;
  const result = await new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
  await example.check?.(body.startsWith('return') ? { returned: result } : result, printed, scope);
}

async function main() {
  const outcomes = [];
  for (const block of blocks()) {
    const example = examples[block.name];
    if (!example) { outcomes.push({ name: block.name, outcome: 'failed', detail: 'this example is new: say in readme.cjs how it is run' }); continue; }
    try {
      await run(block, example);
      outcomes.push({ name: block.name, outcome: 'passed', detail: '' });
    } catch (error) {
      const pending = error instanceof Pending || error.code === 501 || (example.unpublished && error.code === 404);
      outcomes.push({ name: block.name, outcome: pending ? 'pending' : 'failed', detail: String(error.message ?? error).slice(0, 600) });
    }
  }
  console.log(JSON.stringify(outcomes));
}

main().catch(error => { console.error(error); process.exit(1); });
