'use strict';
// One view at a time, chosen by the address behind '#': records/TYPE, record/TYPE/ID, requests, faults.
const $ = id => document.getElementById(id);
const columns = {
  contacts: ['email', 'firstname', 'lastname', 'lifecyclestage'], companies: ['name', 'domain', 'city'], deals: ['dealname', 'amount', 'dealstage'],
  orders: ['hs_order_name', 'hs_total_price', 'hs_currency_code', 'hs_external_order_status'], line_items: ['name', 'quantity', 'price', 'hs_sku'],
  products: ['name', 'hs_sku', 'price'], carts: ['hs_cart_name', 'hs_total_price', 'hs_currency_code', 'hs_external_status'],
  tickets: ['subject', 'hs_pipeline_stage'], tasks: ['hs_task_subject', 'hs_task_status'], notes: ['hs_note_body'], discounts: ['hs_label', 'hs_type', 'hs_value'],
};
let state = { records: {} };
let onlyRefused = false;
let showEmpty = false;
let seenRequests = '';
const opened = new Set();

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child != null));
  return element;
}

async function read(path) {
  const answer = await fetch(path);
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.message ?? json.error ?? `${answer.status}`);
  return json;
}

const crm = path => read('/_emulator/view/crm/v3/' + path);
const clock = iso => iso ? iso.replace('T', ' ').slice(0, 19) : '';
const show = (...children) => $('view').replaceChildren(...children);
const place = () => location.hash.slice(2).split('/').map(decodeURIComponent);
const recordLink = (type, id) => h('a', { href: `#/record/${encodeURIComponent(type)}/${encodeURIComponent(id)}` }, id);

async function refresh() {
  state = await read('/_emulator/state');
  const facts = [['Account', state.hubId], ['Limits', state.limits], ['Requests', state.requests.toLocaleString('en')], ['Clock', clock(state.now) + 'Z']];
  $('facts').replaceChildren(...facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, String(value)))));
  const [view, shown] = place();
  for (const tab of $('tabs').children) {
    const its = tab.getAttribute('href').slice(2);
    if (view === its || (view === 'record' && its === 'records') || (!view && its === 'records')) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  $('types').hidden = view === 'requests' || view === 'faults';
  $('types').replaceChildren(...Object.entries(state.records).map(([type, count]) =>
    h('a', { href: '#/records/' + encodeURIComponent(type), 'aria-current': type === shown ? 'page' : null }, h('span', null, type), h('b', null, String(count)))));
}

async function records(type, after) {
  if (!type) return location.replace('#/records/contacts');
  const names = columns[type] ?? (await crm(`properties/${type}`)).results.filter(p => !p.hubspotDefined).slice(0, 4).map(p => p.name);
  const page = await crm(`objects/${type}?limit=50&properties=${names.join(',')}${after ? '&after=' + after : ''}`);
  const next = page.paging?.next?.after;
  show(
    h('h2', null, type),
    page.results.length === 0 ? h('p', { class: 'dim' }, 'None yet.') : h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `List of ${type}` }, h('table', { class: 'list' },
      h('thead', null, h('tr', null, ['id', ...names, 'updated'].map(name => h('th', { scope: 'col' }, name)))),
      h('tbody', null, page.results.map(record => h('tr', null,
        h('td', null, recordLink(type, record.id)),
        names.map(name => h('td', null, record.properties[name] ?? '')),
        h('td', null, clock(record.updatedAt))))))),
    next ? h('p', null, h('button', { onclick: () => records(type, next) }, 'Next page')) : null);
}

async function record(type, id) {
  const definitions = (await crm(`properties/${type}`)).results.map(property => property.name);
  const names = definitions.join(',');
  const types = Object.keys(state.records).join(',');
  const path = `objects/${type}/${encodeURIComponent(id)}?associations=${types}&properties=${names}&propertiesWithHistory=${names}`;
  const found = await crm(path).catch(() => crm(path + '&archived=true'));
  const values = Object.entries(found.properties).filter(([, value]) => showEmpty || (value !== null && value !== '')).sort(([a], [b]) => a.localeCompare(b));
  const history = Object.entries(found.propertiesWithHistory ?? {}).filter(([, versions]) => versions.length > 1)
    .flatMap(([name, versions]) => versions.map((version, i) => ({ name, from: versions[i + 1]?.value ?? '', to: version.value, at: version.timestamp })))
    .sort((a, b) => b.at.localeCompare(a.at));
  show(
    h('div', { class: 'bar' }, h('h2', null, `${type} ${found.id}`),
      h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: showEmpty, onchange: event => { showEmpty = event.target.checked; record(type, id); } }), 'Show empty properties'),
      h('a', { href: '#/records/' + encodeURIComponent(type) }, `All ${type}`)),
    h('p', { class: 'dim' }, `Created ${clock(found.createdAt)}, updated ${clock(found.updatedAt)}${found.archived ? `, archived ${clock(found.archivedAt)}` : ''}${found.id === id ? '' : `. It stands for ${id}, which was merged into it`}.`),
    h('h3', null, 'Properties'),
    h('table', { class: 'record' }, h('tbody', null, values.map(([name, value]) => h('tr', null, h('th', { scope: 'row' }, name), h('td', null, value ?? ''))))),
    h('h3', null, 'Associations'),
    found.associations ? h('table', { class: 'record' }, h('tbody', null, Object.entries(found.associations).map(([name, links]) => h('tr', null,
      h('th', { scope: 'row' }, name),
      h('td', null, h('div', { class: 'chips' }, [...new Set(links.results.map(link => link.id))].map(other => recordLink(name.replaceAll(' ', '_'), other)))))))) : h('p', { class: 'dim' }, 'None.'),
    h('h3', null, 'History'),
    history.length === 0 ? h('p', { class: 'dim' }, 'No value was ever changed.') : h('table', { class: 'record' }, h('tbody', null, history.map(change => h('tr', null,
      h('th', { scope: 'row' }, clock(change.at)), h('td', null, h('code', null, change.name), `: ${change.from || '(empty)'} → ${change.to || '(empty)'}`))))));
}

async function requests(force) {
  const journal = await read('/_emulator/requests?limit=300');
  const key = `${journal.count}${onlyRefused}`;
  if (!force && key === seenRequests && $('journal')) return;
  seenRequests = key;
  const rows = journal.requests.reverse().filter(request => !onlyRefused || request.status >= 400 || request.status === 0);
  const list = h('div', { id: 'journal' }, rows.length === 0 ? h('p', { class: 'dim' }, 'None yet.') : rows.map(request => {
    const kind = request.status === 0 || request.status >= 500 ? 'bad' : request.status >= 400 ? 'warn' : 'ok';
    return h('details', { class: 'request', open: opened.has(request.number), ontoggle: event => event.target.open ? opened.add(request.number) : opened.delete(request.number) },
      h('summary', null,
        h('span', { class: 'time dim' }, request.at.slice(11, 19)), h('span', { class: `status ${kind}` }, request.status === 0 ? 'cut' : String(request.status)),
        h('code', { class: 'call' }, `${request.method} ${request.path}`), h('span', { class: `verdict ${kind === 'ok' ? 'dim' : kind}` }, request.why ? `${request.verdict}: ${request.why}` : request.verdict), h('span', { class: 'num dim' }, `${request.milliseconds} ms`)),
      h('div', { class: 'more' },
        h('div', { class: 'dim' }, 'Token: ', h('code', null, request.token ?? 'none')),
        request.request ? h('pre', { tabindex: '0', 'aria-label': 'Request body' }, request.request) : null,
        request.response ? h('pre', { tabindex: '0', 'aria-label': 'Response body' }, request.response) : null));
  }));
  if ($('journal')) return $('journal').replaceWith(list);
  show(h('div', { class: 'bar' }, h('h2', null, 'Requests'),
    h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: onlyRefused, onchange: event => { onlyRefused = event.target.checked; requests(true); } }), 'Only refused')), list);
}

async function faults() {
  const waiting = await read('/_emulator/faults');
  const rows = waiting.faults.map(fault => h('tr', null, [fault.kind, fault.method ?? 'any', fault.path ?? 'any', fault.left].map(text => h('td', null, String(text)))));
  if (waiting.searchLagMs > 0) rows.push(h('tr', null, [`search-lag:${waiting.searchLagMs}`, 'any', 'search', 'until cleared'].map(text => h('td', null, text))));
  const problem = h('p', { class: 'bad', role: 'alert' });
  const submit = async event => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const kind = ['slow', 'search-lag'].includes(given.kind) ? `${given.kind}:${given.ms || 1000}` : given.kind;
    const answer = await fetch('/_emulator/faults', { method: 'POST', body: JSON.stringify({ kind, method: given.method || undefined, path: given.path || undefined, times: Number(given.times) || 1 }) });
    if (answer.ok) await faults();
    else problem.textContent = (await answer.json()).error;
  };
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Faults'), h('button', { onclick: async () => { await fetch('/_emulator/faults', { method: 'DELETE' }); await faults(); } }, 'Clear all')),
    rows.length === 0 ? h('p', { class: 'dim' }, 'No fault waits to be played.') : h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Waiting faults' }, h('table', null,
      h('thead', null, h('tr', null, ['kind', 'method', 'path', 'left'].map(name => h('th', { scope: 'col' }, name)))), h('tbody', null, rows))),
    h('h3', null, 'Set a fault'),
    h('form', { onsubmit: submit },
      h('label', null, 'Kind', h('select', { name: 'kind' }, waiting.kinds.map(kind => h('option', null, kind)))),
      h('label', null, 'Method', h('select', { name: 'method' }, ['', 'GET', 'POST', 'PATCH', 'PUT', 'DELETE'].map(method => h('option', { value: method }, method || 'any')))),
      h('label', null, 'Path begins with (* anywhere)', h('input', { name: 'path', placeholder: '/crm/' })),
      h('label', null, 'Times', h('input', { name: 'times', type: 'number', min: '1', value: '1' })),
      h('label', null, 'Milliseconds (slow, search-lag)', h('input', { name: 'ms', type: 'number', min: '0', value: '1000' })),
      h('button', { class: 'main' }, 'Set')),
    problem);
}

async function route() {
  const [view, type, id] = place();
  try {
    await refresh();
    if (view === 'requests') await requests(true);
    else if (view === 'faults') await faults();
    else if (view === 'record' && id) await record(type, id);
    else await records(type);
  } catch (error) {
    show(h('h2', null, 'Not found'), h('p', null, error.message));
  }
}

async function tick() {
  try {
    await refresh();
    if (place()[0] === 'requests') await requests(false);
  } catch {
    $('facts').replaceChildren(h('div', { class: 'bad' }, 'The emulator does not answer.'));
  }
}

addEventListener('hashchange', () => { $('view').replaceChildren(); route().then(() => $('view').focus()); });
route();
setInterval(tick, 2000);
