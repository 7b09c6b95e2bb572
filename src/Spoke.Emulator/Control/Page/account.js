// The account as a whole: clock, seeds, snapshots, reset, and what else the emulator tells of itself.
import { h, read, send, show, table, cell, field, act, clock } from './dom.js';
import { tree } from './views.js';

const steps = [['1 minute', 60e3], ['1 hour', 3600e3], ['1 day', 86400e3], ['30 days', 30 * 86400e3]];
const shownElsewhere = ['records', 'tokens', 'control', 'now'];

export async function account() {
  const [state, { snapshots }] = await Promise.all([read('state'), read('snapshots')]);
  const rest = Object.fromEntries(Object.entries(state).filter(([name]) => !shownElsewhere.includes(name)));
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Account'), h('button', { onclick: () => act(() => send('POST', 'reset'), account, 'The account is back at its seed.') }, 'Reset to the seed')),
    tree(rest),
    h('h3', null, 'Clock'),
    h('p', null, h('code', { id: 'now' }, clock(state.now) + 'Z')),
    h('div', { class: 'chips' }, steps.map(([name, ms]) => h('button', { onclick: () => act(() => send('POST', 'clock', { advanceMs: ms }), account, `The clock is ${name} on.`) }, `+ ${name}`))),
    h('form', { onsubmit: event => { event.preventDefault(); const set = new FormData(event.target).get('set'); act(() => send('POST', 'clock', { set: set + 'Z' }), account, 'The clock is set.'); } },
      field('Set to (UTC)', h('input', { name: 'set', type: 'datetime-local', step: '1', required: true, value: state.now.slice(0, 19) })), h('button', null, 'Set clock')),
    h('h3', null, 'Seeds'),
    h('p', { class: 'dim' }, 'A seed is added to what is there, whole or not at all.'),
    h('div', { class: 'chips' }, [['small-shop', 'Small shop'], ['100k', '100,000 records']].map(([seed, name]) => h('button', { onclick: () => act(() => send('POST', 'seed', { seed }), account, `${name}: planted.`) }, name))),
    h('form', { onsubmit: plant }, field('Seed file', h('input', { name: 'file', type: 'file', accept: '.json,application/json', required: true })), h('button', null, 'Plant file')),
    h('h3', null, 'Snapshots'),
    snapshots.length === 0 ? h('p', { class: 'dim' }, 'None yet.') : table('Snapshots', ['name', 'saved', 'bytes', 'actions'], snapshots.map(snapshot => h('tr', null,
      cell(snapshot.name), cell(clock(snapshot.savedAt)), cell(snapshot.bytes.toLocaleString('en')), h('td', { class: 'does' },
        h('button', { 'aria-label': `Load ${snapshot.name}`, onclick: () => act(() => send('POST', `snapshots/${encodeURIComponent(snapshot.name)}/load`), account, `${snapshot.name} is loaded.`) }, 'Load'), ' ',
        h('button', { 'aria-label': `Delete ${snapshot.name}`, onclick: () => act(() => send('DELETE', `snapshots/${encodeURIComponent(snapshot.name)}`), account, `${snapshot.name} is deleted.`) }, 'Delete'))))),
    h('form', { onsubmit: event => { event.preventDefault(); const name = new FormData(event.target).get('name'); act(() => send('PUT', `snapshots/${encodeURIComponent(name)}`), account, `${name} is saved.`); } },
      field('Name', h('input', { name: 'name', required: true, pattern: '[A-Za-z0-9_\\-][A-Za-z0-9._\\-]*', maxlength: '80' })), h('button', { class: 'main' }, 'Save snapshot')));
}

function plant(event) {
  event.preventDefault();
  const file = new FormData(event.target).get('file');
  act(async () => send('POST', 'seed', await file.text()), account, `${file.name}: planted.`);
}
