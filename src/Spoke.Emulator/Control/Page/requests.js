// The journal: every request with its verdict, narrowed by method, path, status, token and text.
import { $, h, read, show, field, options, portal } from './dom.js';

const opened = new Set();
const wanted = { portal: '', method: '', path: '', status: '', token: '', text: '' };
let [seen, before] = ['', null];

const query = () => new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
const har = () => `/_emulator/har?limit=1000&${query()}`;

export async function requests(force) {
  // Who chooses a portal wants its requests; who has not sees those without a known token too.
  if (before !== portal()) [before, wanted.portal] = [portal(), portal() ?? ''];
  const journal = await read(`requests?limit=300&${query()}`);
  const key = `${journal.count}${query()}`;
  if (!force && key === seen && $('journal')) return;
  seen = key;
  const rows = journal.requests.reverse();
  const list = h('div', { id: 'journal' }, rows.length === 0 ? h('p', { class: 'dim' }, journal.count === 0 ? 'None yet.' : 'None of them matches.') : rows.map(one));
  if ($('journal')) {
    $('har').setAttribute('href', har());
    return $('journal').replaceWith(list);
  }
  const changed = event => { wanted[event.target.name] = event.target.value.trim(); requests(true).catch(() => { }); };
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Requests'), h('a', { id: 'har', href: har(), download: 'emulator.har' }, 'Export as HAR')),
    h('form', { role: 'search', 'aria-label': 'Search requests', class: 'filters', onsubmit: event => event.preventDefault(), oninput: changed },
      field('Of', h('select', { name: 'portal' }, options([['', 'all portals'], ...[...document.querySelectorAll('#portal option')].map(one => [one.value, one.text])], wanted.portal))),
      field('Method', h('select', { name: 'method' }, options([['', 'any'], 'GET', 'POST', 'PATCH', 'PUT', 'DELETE'], wanted.method))),
      field('Status', h('select', { name: 'status' }, options([['', 'any'], ['refused', 'refused or dropped'], '2xx', '3xx', '4xx', '5xx', '401', '403', '404', '409', '429'], wanted.status))),
      field('Path', h('input', { name: 'path', value: wanted.path, placeholder: '/crm/*/objects/{type}' })),
      field('Token', h('input', { name: 'token', value: wanted.token, placeholder: 'pat-na1-****0001', autocomplete: 'off' })),
      field('Text', h('input', { name: 'text', value: wanted.text, placeholder: 'in path, reason, bodies' }))),
    list);
}

function one(request) {
  const kind = request.status === 0 || request.status >= 500 ? 'bad' : request.status >= 400 ? 'warn' : 'ok';
  return h('details', { class: 'request', open: opened.has(request.number), ontoggle: event => event.target.open ? opened.add(request.number) : opened.delete(request.number) },
    h('summary', null,
      h('span', { class: 'time dim' }, request.at.slice(11, 19)), h('span', { class: `status ${kind}` }, request.status === 0 ? 'cut' : String(request.status)),
      h('code', { class: 'call' }, `${request.method} ${request.path}`), h('span', { class: `verdict ${kind === 'ok' ? 'dim' : kind}` }, request.why ? `${request.verdict}: ${request.why}` : request.verdict), h('span', { class: 'num dim' }, `${request.milliseconds} ms`)),
    h('div', { class: 'more' },
      h('div', { class: 'dim' }, 'Token: ', h('code', null, request.token ?? 'none'), ` · number ${request.number}`),
      request.request ? h('pre', { tabindex: '0', role: 'region', 'aria-label': 'Request body' }, request.request) : null,
      request.response ? h('pre', { tabindex: '0', role: 'region', 'aria-label': 'Response body' }, request.response) : null));
}
