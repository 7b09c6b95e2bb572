// Every e-mail that would have been sent, newest first.
import { read, show, table, cell, clock, none, whole, here, h } from './dom.js';

export async function outbox() {
  const { count, messages } = await read(here('outbox'));
  const first = (one, ...names) => names.map(name => one[name]).find(value => value != null && typeof value !== 'object') ?? '';
  show(
    h('div', { class: 'bar' }, h('h2', null, 'Outbox')),
    h('p', { class: 'dim' }, 'E-mails stay here; none leaves the emulator.'),
    count === 0 ? none('No e-mail was sent yet.') : table('E-mails', ['asked for', 'to', 'subject', 'e-mail', 'status', 'result', 'more'], messages.map(one => h('tr', null,
      cell(clock(one.requestedAt)), cell(first(one, 'to', 'recipient')), cell(first(one, 'subject')), cell(first(one, 'emailId', 'emailName')), cell(first(one, 'status').toLowerCase()),
      cell(first(one, 'sendResult').toLowerCase(), one.sendResult === 'SENT' ? 'ok' : one.sendResult ? 'warn' : null), cell(whole('E-mail', one))))));
}
