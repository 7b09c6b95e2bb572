// Credentials: those there are, masked, and new ones, each shown once.
import { h, read, send, show, table, cell, field, input, select, form, act, once, code, here, portal, names } from './dom.js';

export async function tokens(made) {
  const { tokens: known } = await read(here('state'));
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Tokens')),
    made?.token ? once(`This ${made.kind} token of portal ${made.hubId} is shown once:`, made.token, 'made') : null,
    made?.refreshToken ? h('p', null, 'Its refresh token: ', code(made.refreshToken)) : null,
    table('Tokens', ['token', 'portal', 'app', 'kind', 'state', 'scopes'], known.map(token => h('tr', null, cell(code(token.token)), cell(token.portal), cell(token.appId), cell(token.kind), cell(token.state.toLowerCase(), token.state === 'Active' ? 'ok' : 'warn'), cell(token.scopes)))),
    h('h3', null, 'Make a token'),
    form('Make a token', given => act(() => send('POST', 'tokens', {
      ...given, ownApp: given.ownApp === 'yes' || undefined, scopes: given.scopes ? names(given.scopes) : undefined, portal: portal() === null ? undefined : Number(portal()),
    }), tokens, 'Made.'),
      field('Kind', select('kind', [['private-app', 'private app'], ['service-key', 'service key'], ['oauth', 'OAuth access token'], ['app', "app's own token"], ['developer', 'developer API key']])),
      field('State', select('state', ['active', 'expired', 'revoked', 'rotated', 'other-portal', 'inactive', 'moved'])),
      field('Scopes (nothing: all)', input('scopes', { placeholder: 'crm.objects.contacts.read' })),
      field('Data centre', select('hublet', [['', "the portal's"], 'na1', 'eu1'])),
      field('App number', input('appId', { inputmode: 'numeric', placeholder: 'a new one' })),
      field('OAuth app', select('ownApp', [['no', 'the first one'], ['yes', 'a new one']])),
      h('button', { class: 'main' }, 'Make')));
}
