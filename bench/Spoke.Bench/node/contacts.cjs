// HubSpot's own client under the same loads as the others. One line in: WHAT MILLISECONDS CALLERS; one line out: how often a second, and µs of processor each.
const { Client } = require('@hubspot/api-client');
const readline = require('node:readline');

const [, , baseUrl, token, contactId] = process.argv;
const { basicApi, batchApi } = new Client({ accessToken: token, basePath: baseUrl, numberOfApiCallRetries: 0 }).crm.contacts;
const inputs = Array.from({ length: 100 }, (_, i) => ({ id: `bench${i}@example.com`, idProperty: 'email', properties: { firstname: 'Bench', lastname: `Mark ${i}` } }));

const loads = {
  async reads() {
    if ((await basicApi.getById(contactId)).properties.email !== 'bench@example.com') throw new Error('another record came back');
  },
  async upserts() {
    if ((await batchApi.upsert({ inputs })).results.length !== 100) throw new Error('not all were upserted');
  },
  async pages() {
    let count = 0;
    for (let after; ;) {
      const page = await basicApi.getPage(100, after, ['email']);
      count += page.results.filter((contact) => contact.properties.email).length;
      after = page.paging?.next?.after;
      if (!after) break;
    }
    if (count < 2000) throw new Error('not all came');
  },
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const [what, milliseconds, callers] = line.split(' ');
  const [used, begun] = [process.cpuUsage(), process.hrtime.bigint()];
  const elapsed = () => Number(process.hrtime.bigint() - begun) / 1e6;
  let done = 0;
  await Promise.all(Array.from({ length: Number(callers) }, async () => {
    for (; elapsed() < Number(milliseconds); done++) await loads[what]();
  }));
  const { user, system } = process.cpuUsage(used);
  console.log(`${(done / elapsed()) * 1000} ${(user + system) / done}`);
});
