// Drives HubSpot's own client through further objects, schemas and settings at HUBSPOT_BASE_URL and prints what it saw as one JSON line.
const { Client } = require('@hubspot/api-client');

async function main() {
  const client = new Client({ accessToken: process.env.HUBSPOT_ACCESS_TOKEN, basePath: process.env.HUBSPOT_BASE_URL, numberOfApiCallRetries: 0 });
  const { crm, settings } = client;
  const seen = {};

  const contact = await crm.contacts.basicApi.create({ properties: { email: 'a@records.example', city: 'Bonn' }, associations: [] });
  const other = await crm.contacts.basicApi.create({ properties: { email: 'b@records.example' }, associations: [] });
  const invoice = await crm.commerce.invoices.basicApi.create({
    properties: { hs_currency: 'EUR' },
    associations: [{ to: { id: contact.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 177 }] }],
  });
  seen.invoiceContact = (await crm.associations.v4.basicApi.getPage('invoices', invoice.id, 'contacts')).results[0].toObjectId == contact.id;
  const call = await crm.objects.calls.basicApi.create({ properties: { hs_timestamp: '2026-11-25T10:00:00Z', hs_call_title: 'Hello' }, associations: [] });
  seen.call = (await crm.objects.calls.basicApi.getById(call.id, ['hs_call_title'])).properties.hs_call_title;
  const lead = await crm.objects.leads.basicApi.create({ properties: { hs_lead_name: 'L' }, associations: [{ to: { id: contact.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }] }] });
  seen.leadStage = (await crm.objects.leads.basicApi.getById(lead.id, ['hs_pipeline_stage'])).properties.hs_pipeline_stage;

  await crm.contacts.basicApi.update(contact.id, { properties: { city: 'Ulm' } });
  const history = await crm.contacts.basicApi.getById(contact.id, undefined, ['city']);
  seen.history = history.propertiesWithHistory.city.map(one => `${one.value} by ${one.sourceType}`);
  const merged = await crm.contacts.basicApi.merge({ primaryObjectId: contact.id, objectIdToMerge: other.id });
  seen.oldIdFindsMerged = (await crm.contacts.basicApi.getById(other.id)).id === merged.id;
  await crm.contacts.basicApi.purge({ objectId: 'a@records.example', idProperty: 'email' });
  seen.gone = await crm.contacts.basicApi.getById(merged.id).then(() => 200, error => error.code);

  const deal = await crm.deals.basicApi.create({ properties: { dealname: 'D', amount: '100' }, associations: [] });
  const splits = await crm.objects.dealSplits.batchApi.upsert({ inputs: [{ id: Number(deal.id), splits: [{ ownerId: 76000001, percentage: 1 }] }] }).catch(error => error);
  seen.splits = splits.results ? splits.results[0].splits.length : String(splits);

  const schema = await crm.schemas.coreApi.create({ name: 'parcel', labels: { singular: 'Parcel', plural: 'Parcels' }, requiredProperties: [], properties: [], associatedObjects: ['CONTACT'] });
  await crm.schemas.coreApi.archive(schema.objectTypeId);
  seen.schemas = (await crm.schemas.coreApi.getAll(false)).results.length;

  const user = await settings.users.usersApi.create({ email: 'node@portal.example', sendWelcomeEmail: false });
  seen.users = (await settings.users.usersApi.getPage()).results.map(one => one.email).includes('node@portal.example');
  seen.teams = (await settings.users.teamsApi.getAll()).results.length;
  seen.units = (await settings.businessUnits.businessUnitApi.getByUserID(user.id)).results.length;
  console.log(JSON.stringify(seen));
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
