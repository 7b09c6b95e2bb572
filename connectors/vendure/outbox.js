'use strict';
const { createHmac, randomUUID } = require('node:crypto');

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const TIMEOUT_MS = 10_000;
const AT_ONCE = 8;

/**
 * Messages that wait to be taken, in memory. One that still waits is not doubled: it says which thing has changed and not how, so one is enough for any number of changes.
 * When the receiver does not answer all wait, and one is tried now and then.
 */
class Outbox {
  constructor({ url, secret, gatherMs = 100, mostWaiting = 10_000 }, log) {
    this.url = url;
    this.key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    this.gatherMs = gatherMs;
    this.mostWaiting = mostWaiting;
    this.log = log;
    this.waiting = new Map();
    this.sending = new Set();
    this.failures = 0;
    this.dropped = 0;
    this.pausedUntil = 0;
  }

  add({ kind, id, deleted }) {
    const type = `${kind}.${deleted ? 'deleted' : 'changed'}`;
    const name = `${type}/${id}`;
    if (this.waiting.has(name)) return;
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: { kind, id } });
    this.keep(name, { id: `msg_${randomUUID()}`, body, due: Date.now() + this.gatherMs });
    this.pump();
  }

  /** Sends what waits without gathering or pausing, for as long as there is time; the rest is lost. */
  async close(patienceMs) {
    this.closing = true;
    this.pausedUntil = 0;
    const end = Date.now() + patienceMs;
    this.pump();
    while (this.sending.size > 0 && Date.now() < end && this.failures === 0)
      await Promise.race([...this.sending, new Promise(resolve => setTimeout(resolve, end - Date.now()).unref())]);
    clearTimeout(this.timer);
    if (this.waiting.size > 0) this.log.warn(`${this.waiting.size} changes were not pushed before the end; Spoke finds them by polling.`);
  }

  keep(name, message) {
    this.waiting.set(name, message);
    if (this.waiting.size <= this.mostWaiting) return;
    this.waiting.delete(this.waiting.keys().next().value);
    if (this.dropped++ === 0) this.log.error(`More than ${this.mostWaiting} changes wait for Spoke; the oldest are dropped. Spoke finds them by polling.`);
  }

  pump() {
    clearTimeout(this.timer);
    const most = this.failures > 0 ? 1 : AT_ONCE;
    while (this.waiting.size > 0 && this.sending.size < most) {
      const [name, message] = this.waiting.entries().next().value;
      const wait = Math.max(this.closing ? 0 : message.due, this.pausedUntil) - Date.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.pump(), wait);
        this.timer.unref();
        return;
      }
      this.waiting.delete(name);
      const sent = this.send(name, message).finally(() => {
        this.sending.delete(sent);
        if (!this.closing || this.failures === 0) this.pump();
      });
      this.sending.add(sent);
    }
  }

  async send(name, message) {
    const problem = await this.post(message);
    if (problem === null) {
      if (this.failures > 0) this.log.info('Spoke answers again.');
      this.failures = this.dropped = 0;
      return;
    }
    if (problem.final) {
      this.log.error(`Spoke cannot use a push (${problem.text}); it is not sent again.`);
      return;
    }
    this.pausedUntil = Date.now() + Math.min(FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10), LONGEST_PAUSE_MS);
    if (++this.failures === 3) this.log.warn(`Spoke does not take pushes (${problem.text}). They wait and are tried again; check url and secret if this lasts.`);
    if (!this.waiting.has(name)) this.keep(name, message);
  }

  /** @returns null, or why it was not taken. */
  async post({ id, body }) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', this.key).update(`${id}.${timestamp}.${body}`).digest('base64');
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      });
      await answer.arrayBuffer();
      return answer.ok ? null : { text: `answered ${answer.status}`, final: answer.status === 400 || answer.status === 413 };
    } catch (failure) {
      return { text: failure.cause?.code ?? failure.name, final: false };
    }
  }
}

module.exports = { Outbox };
