// Webhooks of private apps, and every delivery with its attempts.
import { read, send, show, table, cell, field, input, select, form, act, code, button, clock, none, whole, here, h, say } from './dom.js';

const events = ['contact', 'company', 'deal', 'ticket', 'product', 'line_item', 'object'].flatMap(type => ['creation', 'deletion', 'propertyChange', 'merge', 'restore', 'associationChange'].map(what => `${type}.${what}`));

export async function webhooks() {
  const [{ results: apps }, { deliveries }] = await Promise.all([read(here('webhooks')), read(here('webhooks/deliveries'))]);
  const waiting = deliveries.filter(one => one.status === 'waiting' || one.status === 'ready').length;
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Webhooks'),
      button('Wait until nothing is under way', () => read(here('webhooks/idle?timeoutMs=5000')).then(async () => { await webhooks(); say('Nothing is under way.', 'ok'); }, () => say('Deliveries are still under way.', 'warn'))),
      button('Remove all', () => act(() => send('DELETE', here('webhooks')), webhooks, 'All subscriptions of private apps are removed.'))),
    apps.length === 0 ? none('No app has subscriptions.') : table('Apps with webhooks', ['app', 'address', 'signature', 'at once', 'subscriptions', 'actions'], apps.map(app => h('tr', null,
      cell(code(app.appId)), cell(app.targetUrl), cell(app.signature), cell(app.maxConcurrentRequests),
      cell(h('div', null, app.subscriptions.map(one => h('div', { class: one.active ? null : 'dim' }, [one.eventType, one.propertyName, one.objectTypeId].filter(Boolean).join(', '), one.active ? '' : ' (off)')))),
      h('td', { class: 'does' }, button('Remove', () => act(() => send('DELETE', here(`webhooks?appId=${app.appId}`)), webhooks, `App ${app.appId} has no webhooks any more.`), `Remove the webhooks of app ${app.appId}`))))),
    h('h3', null, `Deliveries${waiting > 0 ? `, ${waiting} still to come` : ''}`),
    waiting > 0 ? h('p', { class: 'dim' }, 'What failed is tried again by the clock: move it on under Account.') : null,
    deliveries.length === 0 ? none() : table('Deliveries', ['number', 'app', 'made', 'what', 'status', 'attempts', 'more'], deliveries.slice(-200).reverse().map(one => h('tr', null,
      cell(one.id), cell(code(one.appId)), cell(clock(one.created)), cell(what(one.events)),
      cell(one.status, one.status === 'delivered' ? 'ok' : one.status === 'failed' ? 'bad' : 'warn'), cell(h('div', null, one.attempts.map(attempt => h('div', null, `${clock(attempt.at).slice(11)}: ${outcome(attempt.outcome)}`)), one.status === 'waiting' ? h('div', { class: 'dim' }, `next at ${clock(one.due).slice(11)}`) : null)),
      cell(whole(`Delivery ${one.id}`, one))))),
    h('h3', null, "Set a private app's webhooks"),
    form("Set a private app's webhooks", given => act(() => send('POST', 'webhooks', {
      token: given.token, targetUrl: given.targetUrl, signature: given.signature, maxConcurrentRequests: given.width ? Number(given.width) : undefined,
      subscriptions: [{ eventType: given.eventType, propertyName: given.propertyName, objectTypeId: given.objectTypeId }],
      faults: { duplicates: Number(given.duplicates ?? 0), outOfOrder: given.order === 'mixed', delayMs: Number(given.delayMs ?? 0) },
    }), webhooks, 'The subscription is set.'),
      field('Token of the app', input('token', { required: true, placeholder: 'pat-na1-…' })),
      field('Address', input('targetUrl', { required: true, type: 'url', placeholder: 'http://127.0.0.1:3000/hooks' })),
      field('Event', select('eventType', events, 'contact.propertyChange')),
      field('Property', input('propertyName', { placeholder: 'of propertyChange' })),
      field('Object type', input('objectTypeId', { placeholder: 'of object.…, such as 0-3' })),
      field('Signature', select('signature', ['v3', 'v2', 'v1'])),
      field('At once', input('width', { type: 'number', min: '1', placeholder: '10' })),
      field('Sent again (times)', input('duplicates', { type: 'number', min: '0', max: '10', placeholder: '0' })),
      field('Order', select('order', [['kept', 'as it happened'], ['mixed', 'mixed']])),
      field('Delay in ms', input('delayMs', { type: 'number', min: '0', placeholder: '0' })),
      h('button', { class: 'main' }, 'Set webhooks')));
}

const what = list => list.length === 0 ? '' : `${list[0].subscriptionType ?? list[0].eventType ?? ''} ${list[0].objectId ?? ''}${list.length > 1 ? ` and ${list.length - 1} more` : ''}`;
const outcome = one => one.status > 0 ? `${one.status} in ${one.tookMs} ms` : one.error;
