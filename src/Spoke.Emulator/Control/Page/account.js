// The account as a whole: facts, settings, clock, seeds, snapshots, the recycle bin, reset.
import { h, read, send, show, table, cell, field, input, form, facts, act, clock, button, none, here, portal } from './dom.js';

const steps = [['1 minute', 60e3], ['1 hour', 3600e3], ['1 day', 86400e3], ['30 days', 30 * 86400e3]];
const spoken = name => name.replace(/[A-Z]/g, letter => ' ' + letter.toLowerCase()).replace(/^./, letter => letter.toUpperCase());

export async function account() {
  const [state, { snapshots }, settings, { portals }] = await Promise.all([read(here('state')), read('snapshots'), read(here('account')), read('portals')]);
  const its = portals.find(one => one.hubId === state.hubId);
  const records = Object.values(state.records).reduce((sum, count) => sum + count, 0);
  show(
    h('div', { class: 'bar' }, h('h2', null, its.name),
      button('Reset this portal', () => act(() => send('POST', `reset?portal=${state.hubId}`), account, 'The portal is back at its seed.')),
      button('Reset to the seed', () => act(() => send('POST', 'reset'), account, 'The account is back at its seed.'))),
    facts([['Number', state.hubId], ['Kind', its.accountType.toLowerCase().replaceAll('_', ' ')], ['Data centre', its.hublet], ['Time zone', its.timeZone], ['Currency', [its.currency, ...its.additionalCurrencies].join(', ')],
      ['Limits', state.perDay ? `${state.limits}: ${state.perTenSeconds} calls in ten seconds, ${state.perDay.toLocaleString('en')} a day` : state.limits], ['Used today', state.perDay ? state.usedToday.toLocaleString('en') : null],
      ['Records', records.toLocaleString('en')], ['Scopes withheld', its.scopesWithheld.join(', ')]]),
    h('h3', null, 'Clock'),
    h('p', null, h('code', { id: 'now' }, clock(state.now) + 'Z')),
    h('div', { class: 'chips' }, steps.map(([name, ms]) => button(`+ ${name}`, () => act(() => send('POST', 'clock', { advanceMs: ms }), account, `The clock is ${name} on.`)))),
    form('Clock', given => act(() => send('POST', 'clock', { set: given.set + 'Z' }), account, 'The clock is set.'),
      field('Set to (UTC)', input('set', { type: 'datetime-local', step: '1', required: true, value: state.now.slice(0, 19) })), h('button', null, 'Set clock')),
    h('h3', null, 'Seeds'),
    h('p', { class: 'dim' }, portal() === null || its.hubId === portals[0].hubId ? 'A seed is added to what is there, whole or not at all.' : `A seed goes to portal ${portals[0].hubId}, whichever is looked at.`),
    h('div', { class: 'chips' }, [['small-shop', 'Small shop'], ['100k', '100,000 records']].map(([seed, name]) => button(name, () => act(() => send('POST', 'seed', { seed }), account, `${name}: planted.`)))),
    form('Plant from disk', ({ file }) => act(async () => send('POST', 'seed', await file.text()), account, `${file.name}: planted.`), field('Seed file', input('file', { type: 'file', accept: '.json,application/json', required: true })), h('button', null, 'Plant file')),
    h('h3', null, 'Snapshots'),
    snapshots.length === 0 ? none() : table('Snapshots', ['name', 'saved', 'bytes', 'actions'], snapshots.map(row)),
    form('Snapshot', ({ name }) => act(() => send('PUT', `snapshots/${encodeURIComponent(name)}`), account, `${name} is saved.`),
      field('Name', input('name', { required: true, pattern: '[A-Za-z0-9_\\-][A-Za-z0-9._\\-]*', maxlength: '80' })), h('button', { class: 'main' }, 'Save snapshot')),
    form('Everything as a file', ({ state: file }) => act(async () => send('PUT', 'snapshot', await file.text()), account, 'The file is loaded.'),
      field('Everything from a file', input('state', { type: 'file', accept: '.json,application/json', required: true })), h('button', null, 'Load file'),
      h('a', { href: '/_emulator/snapshot', download: 'emulator.json' }, 'Save everything as a file')),
    h('h3', null, 'Recycle bin'),
    form('Recycle bin', given => act(() => send('POST', here('restore'), given), account, `${given.objectType} ${given.id} is back.`),
      field('Object type', input('objectType', { required: true, placeholder: 'contacts' })), field('Record', input('id', { required: true, inputmode: 'numeric' })), h('button', null, 'Restore record')),
    h('h3', null, 'Settings'),
    form('Settings', (_, element) => act(() => send('PUT', here('account'), Object.fromEntries(Object.entries(settings).map(([name, was]) => [name, typeof was === 'boolean' ? element.elements[name].checked : Number(element.elements[name].value)]))), account, 'The settings are kept.'),
      Object.entries(settings).map(([name, value]) => typeof value === 'boolean'
        ? h('label', { class: 'check' }, h('input', { type: 'checkbox', name, checked: value }), spoken(name))
        : field(spoken(name), input(name, { type: 'number', min: '0', value, required: true }))),
      h('button', null, 'Keep settings')));
}

const row = one => h('tr', null, cell(one.name), cell(clock(one.savedAt)), cell(one.bytes.toLocaleString('en')), h('td', { class: 'does' },
  button('Load', () => act(() => send('POST', `snapshots/${encodeURIComponent(one.name)}/load`), account, `${one.name} is loaded.`), `Load ${one.name}`), ' ',
  button('Delete', () => act(() => send('DELETE', `snapshots/${encodeURIComponent(one.name)}`), account, `${one.name} is deleted.`), `Delete ${one.name}`)));
