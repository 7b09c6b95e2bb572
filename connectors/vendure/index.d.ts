import { Type } from '@vendure/core';

export interface SpokePluginOptions {
  /** Where Spoke takes pushes: https://your-spoke/hooks/CONNECTION. */
  url: string;
  /** The webhookSecret of the store in spoke.json: whsec_ and base64. */
  secret: string;
  /** Define the custom fields Spoke writes consent and tags to. Default true; the database needs a migration for them. */
  customFields?: boolean;
  /** How long the events of one change are gathered into one message, in milliseconds. Default 100. */
  gatherMs?: number;
  /** How many messages wait at most while Spoke does not answer. Default 10000; the oldest are dropped. */
  mostWaiting?: number;
}

export declare class SpokePlugin {
  static init(options: SpokePluginOptions): Type<SpokePlugin>;
}
