// Portals: those there are, a new one, moving one to the other data centre, removing one.
import { read, send, show, table, cell, field, input, select, form, act, once, code, button, h, choosePortal, names, $ } from './dom.js';

const kinds = ['DEVELOPER_TEST', 'STANDARD', 'SANDBOX', 'APP_DEVELOPER'];
const tiers = ['off', 'starter', 'pro', 'enterprise'];

export async function portals(made) {
  const { portals: all } = await read('portals');
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Portals')),
    made?.token ? once(`${made.name} (${made.hubId}) is made. Its token is shown once:`, made.token, 'made') : null,
    table('Portals', ['portal', 'name', 'kind', 'data centre', 'time zone', 'currency', 'limits', 'tokens', 'actions'], all.map(row)),
    h('h3', null, 'Make a portal'),
    form('Make a portal', given => act(() => send('POST', 'portals', { ...given, additionalCurrencies: names(given.additionalCurrencies ?? ''), scopesWithheld: names(given.scopesWithheld ?? '') }), portals, 'The portal is made.'),
      field('Name', input('name', { placeholder: 'Portal' })),
      field('Kind', select('accountType', kinds)),
      field('Data centre', select('hublet', ['na1', 'eu1'])),
      field('Time zone', input('timeZone', { placeholder: 'US/Eastern' })),
      field('Currency', input('currency', { placeholder: 'EUR', pattern: '[A-Z]{3}' })),
      field('Further currencies', input('additionalCurrencies', { placeholder: 'USD, GBP' })),
      field('Limits', select('tier', tiers, 'pro')),
      field('Scopes withheld', input('scopesWithheld', { placeholder: 'none' })),
      h('button', { class: 'main' }, 'Make portal')));
}

function row(one) {
  const inUse = String(one.hubId) === $('portal').value;
  const other = one.hublet === 'na1' ? 'eu1' : 'na1';
  return h('tr', null, cell(code(one.hubId)), cell(one.name), cell(one.accountType.toLowerCase().replaceAll('_', ' ')),
    cell(one.movingTo ? `${one.hublet}, moving to ${one.movingTo} for ${one.movingForSeconds} s` : one.hublet), cell(one.timeZone), cell([one.currency, ...one.additionalCurrencies].join(', ')),
    cell(one.inactive ? `${one.tier}, inactive` : one.tier), cell(one.tokens),
    h('td', { class: 'does' },
      inUse ? null : button('Look at', () => { choosePortal(String(one.hubId)); act(async () => { }, portals, `${one.name} is looked at.`); }, `Look at ${one.name}`), ' ',
      button(one.inactive ? 'Activate' : 'Deactivate', () => act(() => send('PATCH', `portals/${one.hubId}`, { inactive: !one.inactive }), portals, `${one.name} is ${one.inactive ? 'active' : 'inactive'}.`), `${one.inactive ? 'Activate' : 'Deactivate'} ${one.name}`), ' ',
      button(`Move to ${other}`, () => act(() => send('POST', `portals/${one.hubId}/move`, { to: other, seconds: 60 }), portals, `${one.name} moves to ${other} for 60 seconds of the clock.`), `Move to ${other}: ${one.name}`), ' ',
      button('Remove', () => act(async () => { await send('DELETE', `portals/${one.hubId}`); if (inUse) choosePortal(null); }, portals, `${one.name} is removed.`), `Remove ${one.name}`)));
}
