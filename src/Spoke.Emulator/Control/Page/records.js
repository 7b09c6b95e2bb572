// Records by type, found by text, and one record with its properties, associations and history.
import { h, crm, send, clock, show, table, cell, here } from './dom.js';

const columns = {
  contacts: ['email', 'firstname', 'lastname', 'lifecyclestage'], companies: ['name', 'domain', 'city'], deals: ['dealname', 'amount', 'dealstage'],
  orders: ['hs_order_name', 'hs_total_price', 'hs_currency_code', 'hs_external_order_status'], line_items: ['name', 'quantity', 'price', 'hs_sku'],
  products: ['name', 'hs_sku', 'price'], carts: ['hs_cart_name', 'hs_total_price', 'hs_currency_code', 'hs_external_status'],
  tickets: ['subject', 'hs_pipeline_stage'], tasks: ['hs_task_subject', 'hs_task_status'], notes: ['hs_note_body'], discounts: ['hs_label', 'hs_type', 'hs_value'],
};
const perPage = 50;
let showEmpty = false;

const link = (type, id) => h('a', { href: `#/record/${encodeURIComponent(type)}/${encodeURIComponent(id)}` }, id);
const properties = async type => columns[type] ?? (await crm(`properties/${type}`)).results.filter(p => !p.hubspotDefined).slice(0, 4).map(p => p.name);
const search = (type, query, names, after) => send('POST', here(`view/crm/v3/objects/${type}/search`), { query, properties: names, limit: perPage, after });

export async function records(type, query = '', after = undefined) {
  if (!type) return location.replace('#/records/contacts');
  const names = await properties(type);
  const page = query ? await search(type, query, names, after) : await crm(`objects/${type}?limit=${perPage}&properties=${names.join(',')}${after ? '&after=' + after : ''}`);
  const next = page.paging?.next?.after;
  const input = h('input', { type: 'search', name: 'query', value: query, placeholder: 'Search' , 'aria-label': `Search ${type}` });
  show(
    h('div', { class: 'bar' }, h('h2', null, type),
      h('form', { class: 'inline', role: 'search', onsubmit: event => { event.preventDefault(); records(type, input.value.trim()).then(() => document.querySelector('[type=search]').focus()); } }, input, h('button', null, 'Search'))),
    query ? h('p', { class: 'dim', role: 'status' }, `${page.total.toLocaleString('en')} found.`) : null,
    page.results.length === 0 ? h('p', { class: 'dim' }, query ? 'Nothing found.' : 'None yet.') : table(`List of ${type}`, ['id', ...names, 'updated'], page.results.map(record => h('tr', null,
      h('td', null, link(type, record.id)), names.map(name => cell(record.properties[name])), cell(clock(record.updatedAt))))),
    next ? h('p', null, h('button', { onclick: () => records(type, query, next) }, 'Next page')) : null);
}

export async function record(type, id, types) {
  const names = (await crm(`properties/${type}`)).results.map(property => property.name).join(',');
  const path = `objects/${type}/${encodeURIComponent(id)}?associations=${types.join(',')}&properties=${names}&propertiesWithHistory=${names}`;
  const found = await crm(path).catch(() => crm(path + '&archived=true'));
  const values = Object.entries(found.properties).filter(([, value]) => showEmpty || (value !== null && value !== '')).sort(([a], [b]) => a.localeCompare(b));
  const history = Object.entries(found.propertiesWithHistory ?? {}).filter(([, versions]) => versions.length > 1)
    .flatMap(([name, versions]) => versions.map((version, i) => ({ name, from: versions[i + 1]?.value ?? '', to: version.value, at: version.timestamp })))
    .sort((a, b) => b.at.localeCompare(a.at));
  const rows = (entries, shown) => h('table', { class: 'record' }, h('tbody', null, entries.map(([name, value]) => h('tr', null, h('th', { scope: 'row' }, name), h('td', null, shown(value))))));
  show(
    h('div', { class: 'bar' }, h('h2', null, `${type} ${found.id}`),
      h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: showEmpty, onchange: event => { showEmpty = event.target.checked; record(type, id, types); } }), 'Show empty properties'),
      h('a', { href: '#/records/' + encodeURIComponent(type) }, `All ${type}`)),
    h('p', { class: 'dim' }, `Created ${clock(found.createdAt)}, updated ${clock(found.updatedAt)}${found.archived ? `, archived ${clock(found.archivedAt)}` : ''}${found.id === id ? '' : `. It stands for ${id}, which was merged into it`}.`),
    h('h3', null, 'Properties'),
    rows(values, value => value ?? ''),
    h('h3', null, 'Associations'),
    found.associations ? rows(Object.entries(found.associations), links => h('div', { class: 'chips' }, [...new Map(links.results.map(other => [other.id, other])).values()].map(other => link(typeOf(other, types), other.id)))) : h('p', { class: 'dim' }, 'None.'),
    h('h3', null, 'History'),
    history.length === 0 ? h('p', { class: 'dim' }, 'No value was ever changed.') : rows(history.map(change => [clock(change.at), change]), change => h('span', null, h('code', null, change.name), `: ${change.from || '(empty)'} → ${change.to || '(empty)'}`)));
  function typeOf(other, known) {
    const name = Object.entries(found.associations).find(([, links]) => links.results.includes(other))[0];
    return known.find(plural => plural.replaceAll('_', ' ') === name) ?? name.replaceAll(' ', '_');
  }
}
