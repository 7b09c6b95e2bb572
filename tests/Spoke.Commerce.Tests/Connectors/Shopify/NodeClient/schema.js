// Checks operations against the published schema of the Admin API: node schema.js OPERATIONS.json, prints one line for each fault.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, parse, validate } from 'graphql';

const { version, operations } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const file = new URL(`package/dist/data/admin_${version}.json.gz`, import.meta.url);
const schema = buildClientSchema(JSON.parse(gunzipSync(readFileSync(file))).data, { assumeValid: true });
const faults = [];
for (const [name, text] of Object.entries(operations))
  for (const fault of validate(schema, parse(text), undefined, { maxErrors: 20 })) faults.push(`${name}: ${fault.message}`);
console.log(JSON.stringify({ checked: Object.keys(operations).length, types: Object.keys(schema.getTypeMap()).length, faults }));
