// Drives HubSpot's own client against the address in HUBSPOT_BASE_URL and prints what it saw as one JSON line.
const { Client } = require('@hubspot/api-client');

async function main() {
  const client = new Client({ accessToken: process.env.HUBSPOT_ACCESS_TOKEN, basePath: process.env.HUBSPOT_BASE_URL, numberOfApiCallRetries: 0 });
  const { contacts, companies, properties, pipelines, associations, owners } = client.crm;
  const seen = {};

  const made = await contacts.basicApi.create({ properties: { email: 'Node@Client.Example', firstname: 'Node' }, associations: [] });
  seen.createdEmail = made.properties.email;
  seen.createdAtIsDate = made.createdAt instanceof Date;
  const byEmail = await contacts.basicApi.getById('node@client.example', ['email', 'phone'], undefined, undefined, false, 'email');
  seen.sameRecord = byEmail.id === made.id;
  seen.updated = (await contacts.basicApi.update(made.id, { properties: { phone: '123' } })).properties.phone;

  const batch = await contacts.batchApi.create({ inputs: [1, 2, 3].map(i => ({ properties: { email: `c${i}@client.example` }, associations: [] })) });
  seen.batchCreated = batch.results.length;
  const read = await contacts.batchApi.read({ inputs: [...batch.results.map(r => ({ id: r.id })), { id: '1' }], properties: ['email'], propertiesWithHistory: [] });
  seen.batchRead = [read.results.length, read.numErrors];
  const upsert = await contacts.batchApi.upsert({ inputs: [{ id: 'c1@client.example', idProperty: 'email', properties: { firstname: 'One' } }] });
  seen.upsertNew = upsert.results[0]._new ?? upsert.results[0]['new'];

  seen.everyone = (await contacts.getAll(2)).length;
  const found = await contacts.searchApi.doSearch({ filterGroups: [{ filters: [{ propertyName: 'email', operator: 'CONTAINS_TOKEN', value: '*@client.example' }] }], properties: ['email'], sorts: ['email'], limit: 2, after: '0' });
  seen.searchTotal = found.total;
  seen.searchNext = found.paging.next.after;

  const company = await companies.basicApi.create({ properties: { name: 'Client', domain: 'client.example' }, associations: [] });
  await associations.v4.basicApi.create('contacts', made.id, 'companies', company.id, [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }]);
  const linked = await associations.v4.basicApi.getPage('contacts', made.id, 'companies');
  seen.associationTypes = linked.results[0].associationTypes.map(t => t.typeId).sort((a, b) => a - b);
  await associations.v4.batchApi.createDefault('contacts', 'companies', { inputs: [{ _from: { id: batch.results[0].id }, to: { id: company.id } }] });
  const many = await associations.v4.batchApi.getPage('contacts', 'companies', { inputs: [{ id: batch.results[0].id }] });
  seen.batchAssociated = many.results[0].to.length;

  await properties.groupsApi.create('contacts', { name: 'node_group', label: 'Node' });
  const property = await properties.coreApi.create('contacts', { name: 'node_key', label: 'Key', type: 'string', fieldType: 'text', groupName: 'node_group', hasUniqueValue: true });
  seen.propertyGroup = property.groupName;
  seen.propertyListed = (await properties.coreApi.getAll('contacts')).results.some(p => p.name === 'node_key');

  seen.orderStages = (await pipelines.pipelinesApi.getAll('orders')).results[0].stages.map(s => s.label);
  const pipeline = await pipelines.pipelinesApi.create('orders', { label: 'Node', displayOrder: 1, stages: [{ label: 'New', displayOrder: 0, metadata: {} }] });
  await pipelines.pipelineStagesApi.create('orders', pipeline.id, { label: 'Done', displayOrder: 1, metadata: { state: 'CLOSED' } });
  seen.stages = (await pipelines.pipelineStagesApi.getAll('orders', pipeline.id)).results.length;
  seen.owners = (await owners.ownersApi.getPage()).results.length;

  try {
    await contacts.basicApi.create({ properties: { email: 'node@client.example' }, associations: [] });
  } catch (error) {
    seen.conflict = [error.code, error.body.category, error.body.message === `Contact already exists. Existing ID: ${made.id}`];
  }
  await contacts.basicApi.archive(made.id);
  try {
    await contacts.basicApi.getById(made.id);
  } catch (error) {
    seen.archived = error.code;
  }
  console.log(JSON.stringify(seen));
}

main().catch(error => { console.error(error); process.exit(1); });
