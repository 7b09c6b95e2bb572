// Credentials: those there are, masked, and new ones, each shown once.
import { h, read, send, show, table, cell, field, options, say } from './dom.js';

export async function tokens(made) {
  const { tokens: known } = await read('state');
  show(
    h('h2', null, 'Tokens'),
    made ? h('div', { class: 'once', role: 'status' },
      h('p', null, `This ${made.kind} token is shown once:`), h('p', null, h('code', { id: 'made' }, made.token)),
      h('button', { onclick: () => navigator.clipboard.writeText(made.token).then(() => say('Copied.', 'ok'), () => say('The browser does not let a page copy here; mark the text and copy it.', 'warn')) }, 'Copy')) : null,
    table('Tokens', ['token', 'kind', 'state', 'scopes'], known.map(token => h('tr', null, [token.token, token.kind, token.state, token.scopes].map(cell)))),
    h('h3', null, 'Make a token'),
    h('form', { onsubmit: make },
      field('Kind', h('select', { name: 'kind' }, options([['private-app', 'private app'], ['service-key', 'service key'], ['oauth', 'OAuth access token'], ['developer', 'developer API key']]))),
      field('State', h('select', { name: 'state' }, options(['active', 'expired', 'revoked', 'rotated', 'other-portal', 'inactive', 'moved']))),
      field('Scopes (nothing: all)', h('input', { name: 'scopes', placeholder: 'crm.objects.contacts.read' })),
      h('button', { class: 'main' }, 'Make')));
}

async function make(event) {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(event.target));
  try {
    await tokens(await send('POST', 'tokens', { kind: given.kind, state: given.state, scopes: given.scopes.trim() || undefined }));
    say('Made.', 'ok');
  } catch (error) {
    say(error.message, 'bad');
  }
}
