// Workflows with what they did to whom, and lists with who is in them.
import { read, send, show, table, cell, clock, none, whole, here, h, code } from './dom.js';

export async function workflows(id) {
  if (id) return log(id);
  const { results } = await read(here('view/automation/v4/flows?limit=100'));
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Workflows')),
    results.length === 0 ? none('There is no workflow. POST /automation/v4/flows makes one.') : table('Workflows', ['id', 'name', 'on', 'about', 'updated'], results.map(flow => h('tr', null,
      cell(h('a', { href: `#/workflows/${flow.id}` }, flow.id)), cell(flow.name ?? ''), cell(flow.isEnabled ? 'on' : 'off', flow.isEnabled ? 'ok' : 'dim'), cell(flow.objectTypeId), cell(clock(flow.updatedAt))))));
}

async function log(id) {
  const [flow, did] = await Promise.all([read(here(`view/automation/v4/flows/${encodeURIComponent(id)}`)), read(here(`workflows/${encodeURIComponent(id)}/log`))]);
  show(
    h('div', { class: 'bar' }, h('h2', null, flow.name ?? `Workflow ${id}`), h('a', { href: '#/workflows' }, 'All workflows')),
    h('h3', null, 'What it did'),
    did.log.length === 0 ? none('Nothing yet.') : entries('What it did', did.log),
    h('h3', null, 'Who is in it now'),
    did.active.length === 0 ? none('Nobody.') : entries('Who is in it now', did.active),
    h('h3', null, 'Definition'), whole('Definition', flow, true));
}

const called = { objectId: 'record', enrollmentId: 'enrolment', actionId: 'action', nextActionId: 'next action' };
const shown = (name, value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? clock(value) : typeof value === 'number' && value > 1e12 && /(^at|At|Ms|due)$/.test(name) ? clock(value) : value;

function entries(label, list) {
  const members = [...new Set(list.flatMap(one => Object.entries(one).filter(([, value]) => value === null || typeof value !== 'object').map(([name]) => name)))];
  return table(label, members.map(name => called[name] ?? name), list.toReversed().map(one => h('tr', null, members.map(name => cell(shown(name, one[name]))))));
}

export async function lists(id) {
  if (id) return members(id);
  const { lists: all } = await send('POST', here('view/crm/v3/lists/search'), { query: '', count: 500 });
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Lists')),
    all.length === 0 ? none('There is no list. POST /crm/v3/lists makes one.') : table('Lists', ['id', 'name', 'kind', 'of', 'members', 'updated'], all.map(list => h('tr', null,
      cell(h('a', { href: `#/lists/${list.listId}` }, list.listId)), cell(list.name), cell(list.processingType.toLowerCase()), cell(list.objectTypeId), cell(list.additionalProperties?.hs_list_size ?? list.size), cell(clock(list.updatedAt))))));
}

async function members(id) {
  const [{ list }, { results }] = await Promise.all([read(here(`view/crm/v3/lists/${encodeURIComponent(id)}?includeFilters=true`)), read(here(`view/crm/v3/lists/${encodeURIComponent(id)}/memberships?limit=100`))]);
  show(
    h('div', { class: 'bar' }, h('h2', null, list.name), h('a', { href: '#/lists' }, 'All lists')),
    h('p', { class: 'dim' }, `${list.processingType.toLowerCase()} list of ${list.objectTypeId}, ${(list.size ?? results.length).toLocaleString('en')} members${results.length === 100 ? ', the first hundred here' : ''}.`),
    results.length === 0 ? none('Nobody is in it.') : table('Members', ['record', 'joined'], results.map(one => h('tr', null, cell(h('a', { href: `#/record/${encodeURIComponent(list.objectTypeId)}/${one.recordId}` }, code(one.recordId))), cell(clock(one.membershipTimestamp))))),
    h('h3', null, 'Definition'), whole('Definition', list, true));
}
