'use strict';
const v = require('@vendure/core');
const { events } = require('./changes.js');
const { Outbox } = require('./outbox.js');
const customFields = require('./custom-fields.js');

const CLOSING_MS = 3_000;
const log = Object.fromEntries(['info', 'warn', 'error'].map(level => [level, text => v.Logger[level](text, 'SpokePlugin')]));

/** Listens to the store's events and tells Spoke which order, cart, customer or variant has changed. Spoke then reads it by the Admin API. */
class SpokePlugin {
  static init(options) {
    if (!/^https?:\/\//.test(options?.url ?? '')) throw new Error('SpokePlugin: url has to be where Spoke takes pushes: https://your-spoke/hooks/CONNECTION.');
    if (!/^(whsec_)?[A-Za-z0-9+/]{16,}={0,2}$/.test(options.secret ?? '')) throw new Error("SpokePlugin: secret has to be the store's webhookSecret of spoke.json: whsec_ and base64.");
    SpokePlugin.options = options;
    return SpokePlugin;
  }

  constructor(eventBus, connection) {
    this.eventBus = eventBus;
    this.connection = connection;
  }

  onApplicationBootstrap() {
    if (!SpokePlugin.options) throw new Error('SpokePlugin: put SpokePlugin.init({ url, secret }) into plugins.');
    this.outbox = new Outbox(SpokePlugin.options, log);
    for (const [type, changes] of events) this.eventBus.ofType(type).subscribe(event => void this.take(event, changes));
  }

  async onApplicationShutdown() {
    await this.outbox?.close(CLOSING_MS);
  }

  async take(event, changes) {
    try {
      for (const change of await changes(event, this.connection)) this.outbox.add(change);
    } catch (failure) {
      log.error(`${event.constructor.name} was not pushed: ${failure.message}. Spoke finds the change by polling.`);
    }
  }
}

Reflect.defineMetadata('design:paramtypes', [v.EventBus, v.TransactionalConnection], SpokePlugin);
v.VendurePlugin({
  imports: [v.PluginCommonModule],
  compatibility: '^3.0.0',
  configuration: config => {
    if (SpokePlugin.options?.customFields === false) return config;
    for (const [entity, fields] of Object.entries(customFields)) config.customFields[entity] = [...(config.customFields[entity] ?? []), ...fields];
    return config;
  },
})(SpokePlugin);

module.exports = { SpokePlugin };
