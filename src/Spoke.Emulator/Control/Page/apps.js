// Apps that are installed by OAuth: those there are, a new one, what the consent page does.
import { read, send, show, table, cell, field, input, select, form, act, code, button, h, names } from './dom.js';

const decisions = [['page', 'shows its page'], ['approve', 'agrees at once'], ['cancel', 'cancels at once']];

export async function apps() {
  const { apps: all } = await read('apps');
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Apps')),
    table('Apps', ['app', 'name', 'client id and secret', 'sends people back to', 'scopes', 'consent', 'actions'], all.map(row)),
    h('h3', null, 'Make an app'),
    form('Make an app', given => act(() => send('POST', 'apps', {
      ...given, redirectUris: names(given.redirectUris), scopes: names(given.scopes ?? ''), optionalScopes: names(given.optionalScopes ?? ''), rotateRefreshTokens: given.rotateRefreshTokens === 'yes',
    }), apps, 'The app is made.'),
      field('Name', input('name', { placeholder: 'App' })),
      field('Redirect addresses', input('redirectUris', { required: true, placeholder: 'loopback:*' })),
      field('Scopes', input('scopes', { placeholder: 'oauth crm.objects.contacts.read' })),
      field('Optional scopes', input('optionalScopes', { placeholder: 'none' })),
      field('Kind', select('kind', ['public', 'private'])),
      field('Consent', select('consent', decisions)),
      field('Refresh tokens', select('rotateRefreshTokens', [['no', 'stay the same'], ['yes', 'change with each use']])),
      h('button', { class: 'main' }, 'Make app')));
}

function row(one) {
  const change = consent => act(() => send('PATCH', `apps/${encodeURIComponent(one.clientId)}`, { consent }), apps, `${one.name}: the consent page ${decisions.find(([name]) => name === consent)[1]}.`);
  const list = (label, scopes) => scopes.length === 0 ? null : scopes.length < 4 ? h('div', null, `${label}: ${scopes.join(', ')}`) : h('details', null, h('summary', null, `${label}: ${scopes.length}`), h('div', { class: 'wrap' }, scopes.join(', ')));
  return h('tr', null, cell(code(one.appId)), cell(one.kind === 'public' ? one.name : `${one.name} (${one.kind})`),
    cell(h('div', null, h('div', null, code(one.clientId)), h('details', null, h('summary', null, 'Secret'), code(one.clientSecret)))),
    cell(one.redirectUris.map(uri => uri === 'loopback:*' ? 'any address of this machine' : uri).join(', ')),
    cell(h('div', null, list('needed', one.scopes), list('optional', one.optionalScopes))),
    cell(h('select', { 'aria-label': `Consent page of ${one.name}`, onchange: event => change(event.target.value) }, decisions.map(([name, does]) => h('option', { value: name, selected: name === one.consent }, does)))),
    h('td', { class: 'does' }, button('Remove', () => act(() => send('DELETE', `apps/${encodeURIComponent(one.clientId)}`), apps, `${one.name} is removed.`), `Remove ${one.name}`)));
}
