// Drives the program named in SPOKE as an MCP server by the protocol's own Node client and prints what it saw as one JSON line.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const client = new Client({ name: 'check', version: '1.0.0' });
await client.connect(new StdioClientTransport({ command: process.env.SPOKE, args: ['mcp'], env: process.env }));
const text = async (name, args) => {
  const result = await client.callTool({ name, arguments: args });
  return [result.isError ?? false, result.content.map(part => part.text).join('')];
};
const seen = {};
seen.server = client.getServerVersion().name;
seen.tools = (await client.listTools()).tools.map(tool => tool.name).sort();
seen.doctor = JSON.parse((await text('doctor_request', { text: "curl https://api.hubapi.com/crm/v3/objects/contacts -H 'Authorization: Bearer: pat-na1-11111111-2222-4333-8444-555555555555'" }))[1]).causes[0].id;
seen.read = JSON.parse((await text('api', { method: 'GET', path: '/crm/v3/objects/contacts' }))[1]).status;
seen.write = (await text('api', { method: 'POST', path: '/crm/v3/objects/contacts', body: '{"properties":{}}' }))[0];
console.log(JSON.stringify(seen));
await client.close();
