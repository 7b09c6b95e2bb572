// Faults: those that wait, switched on and off, and a form for new ones.
import { h, read, send, show, table, cell, field, options, act } from './dom.js';

export async function faults() {
  const [waiting, { kinds, notPlayed }] = await Promise.all([read('faults'), read('faults/kinds')]);
  const rows = waiting.faults.map(row);
  if (waiting.searchLagMs > 0) rows.push(h('tr', null, [`search-lag:${waiting.searchLagMs}`, 'any', 'search', 'until cleared', '', ''].map(cell)));
  const group = (label, chosen) => h('optgroup', { label }, chosen.map(kind => h('option', { value: kind.kind }, kind.cause ? `${kind.kind}: ${kind.does}` : kind.kind)));
  const does = h('p', { class: 'dim', id: 'does' });
  const tell = value => { does.textContent = `What happens: ${kinds.find(kind => kind.kind === value).does}.`; };
  tell(kinds[0].kind);
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Faults'), h('button', { onclick: () => act(() => send('DELETE', 'faults'), faults, 'All faults are cleared.') }, 'Clear all')),
    rows.length === 0 ? h('p', { class: 'dim' }, 'No fault waits to be played.') : table('Waiting faults', ['kind', 'method', 'path', 'when', 'left', 'actions'], rows),
    h('h3', null, 'Set a fault'),
    h('form', { onsubmit: submit },
      field('Kind', h('select', { name: 'kind', 'aria-describedby': 'does', onchange: event => tell(event.target.value) }, group('By name', kinds.filter(kind => !kind.cause)), group('By cause', kinds.filter(kind => kind.cause)))),
      field('Method', h('select', { name: 'method' }, options([['', 'any'], 'GET', 'POST', 'PATCH', 'PUT', 'DELETE']))),
      field('Path begins with', h('input', { name: 'path', placeholder: '/crm/*/objects/{type}' })),
      field('Times', h('input', { name: 'times', type: 'number', min: '1', placeholder: '1' })),
      field('After so many calls', h('input', { name: 'after', type: 'number', min: '0', placeholder: '0' })),
      field('Probability', h('input', { name: 'probability', type: 'number', min: '0.001', max: '1', step: 'any', placeholder: '1' })),
      field('Seed of the chance', h('input', { name: 'seed', type: 'number', placeholder: '1' })),
      field('Token', h('input', { name: 'token', autocomplete: 'off', placeholder: 'any' })),
      field('Each so many calls', h('input', { name: 'every', type: 'number', min: '1', placeholder: '1' })),
      field('Portal', h('select', { name: 'portal' }, options([['', 'any'], ...[...document.querySelectorAll('#portal option')].map(one => [one.value, one.text])]))),
      field('Header', h('input', { name: 'header', autocomplete: 'off', placeholder: 'x-test' })),
      field("Header's value", h('input', { name: 'value', autocomplete: 'off', placeholder: 'any' })),
      field('From (UTC)', h('input', { name: 'from', type: 'datetime-local', step: '1' })),
      field('Until (UTC)', h('input', { name: 'until', type: 'datetime-local', step: '1' })),
      field('Milliseconds', h('input', { name: 'ms', type: 'number', min: '0', value: '1000' })),
      h('button', { class: 'main' }, 'Set')),
    does,
    h('details', null, h('summary', null, 'Causes no server can play'), h('ul', null, notPlayed.map(cause => h('li', null, `${cause.cause} ${cause.title}: ${cause.why}.`)))));
}

function row(fault) {
  const when = [fault.on ? null : 'off', fault.probability ? `chance ${fault.probability}, seed ${fault.seed}` : null, fault.every ? `every ${fault.every}` : null, fault.after ? `after ${fault.after}` : null, fault.from ? `from ${fault.from}` : null, fault.until ? `until ${fault.until}` : null,
    fault.token ? `token ${fault.token}` : null, fault.portal ? `account ${fault.portal}` : null, fault.headers ? JSON.stringify(fault.headers) : null].filter(Boolean).join(', ');
  return h('tr', { class: fault.on ? null : 'off' }, [fault.kind, fault.method ?? 'any', fault.path ?? 'any', when || 'every call', fault.left ?? 'no end'].map(cell), h('td', { class: 'does' },
    h('button', { 'aria-label': `Switch ${fault.on ? 'off' : 'on'} fault ${fault.id}, ${fault.kind}`, onclick: () => act(() => send('POST', `faults/${fault.id}/${fault.on ? 'off' : 'on'}`), faults, `Fault ${fault.id} is ${fault.on ? 'off' : 'on'}.`) }, fault.on ? 'Switch off' : 'Switch on'), ' ',
    h('button', { 'aria-label': `Remove fault ${fault.id}, ${fault.kind}`, onclick: () => act(() => send('DELETE', `faults/${fault.id}`), faults, `Fault ${fault.id} is removed.`) }, 'Remove')));
}

function submit(event) {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(event.target));
  const number = name => given[name] === '' ? undefined : Number(given[name]);
  act(() => send('POST', 'faults', {
    kind: given.kind.replace(':MS', `:${given.ms || 1000}`), method: given.method || undefined, path: given.path || undefined, token: given.token || undefined,
    portal: number('portal'), headers: given.header ? { [given.header]: given.value || '*' } : undefined, from: given.from ? given.from + 'Z' : undefined, until: given.until ? given.until + 'Z' : undefined,
    times: number('times'), after: number('after'), every: number('every'), probability: number('probability'), seed: number('seed'),
  }), faults, 'The fault waits.');
}
