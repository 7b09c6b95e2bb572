// Whatever else the emulator can be asked for: any list as a table, anything else as names and values.
import { h, read, show, table, cell, here } from './dom.js';

const own = ['requests', 'har', 'faults', 'faults/kinds', 'state', 'fidelity', 'fidelity.md', 'snapshot', 'snapshots', 'portals', 'apps', 'outbox', 'account', 'webhooks', 'webhooks/deliveries', 'webhooks/idle'];

/// The calls of `control` that only read, need nothing, and have no view of their own here.
export const others = control => (control ?? '').split(';').map(part => part.trim()).filter(part => part.startsWith('GET ')).flatMap(part => part.slice(4).split(','))
  .map(call => call.trim()).filter(call => call && !own.includes(call) && !/[A-Z{]/.test(call));

export async function view(call) {
  const answer = await read(here(call));
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value));
  const rest = Object.fromEntries(Object.entries(answer).filter(([, value]) => !Array.isArray(value)));
  show(h('h2', null, title(call)), Object.keys(rest).length > 0 ? tree(rest) : null, lists.map(([name, items]) => [lists.length > 1 ? h('h3', null, name) : null, list(name, items)]).flat());
}

export const title = call => call.replaceAll('/', ', ').replaceAll('-', ' ');

const isPlain = value => value === null || typeof value !== 'object';

function list(name, items) {
  if (items.length === 0) return h('p', { class: 'dim' }, 'None yet.');
  if (items.every(isPlain)) return h('p', null, items.join(', '));
  const columns = [...new Set(items.flatMap(item => Object.entries(item).filter(([, value]) => isPlain(value)).map(([key]) => key)))].slice(0, 8);
  return table(name, [...columns, 'more'], items.map(item => h('tr', null, columns.map(column => cell(item[column])),
    h('td', null, h('details', null, h('summary', null, 'All'), h('pre', { tabindex: '0', role: 'region', 'aria-label': `${name}: all of one` }, JSON.stringify(item, null, 2)))))));
}

export const tree = value => h('table', { class: 'record' }, h('tbody', null, Object.entries(value).map(([name, inner]) => h('tr', null, h('th', { scope: 'row' }, name),
  isPlain(inner) ? cell(inner) : h('td', null, h('pre', { tabindex: '0', role: 'region', 'aria-label': name }, JSON.stringify(inner, null, 2)))))));
