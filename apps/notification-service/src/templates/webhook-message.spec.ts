import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Occasion } from '../notifications/domain/compose-notification.js';
import { SAMPLES } from './occasion-facts.js';
import { RenderNotification } from './render-notification.js';
import type { WebhookMessage } from './webhook-message.js';

const page = readFileSync(new URL('../../../../docs/reference/webhook-messages.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([\w.]+)` +\| [^|]+\| ([^|]+?) *\|/gm)].map(([, field = '', present = '']) => ({
  field,
  present,
}));
const example = JSON.parse(/```json\n([^]+?)```/.exec(page)?.[1] ?? '') as WebhookMessage;
const notifications = new RenderNotification();

function messageOf(
  occasion: Occasion,
  facts = { notificationId: 'n-1', happenedAt: '1970-01-01T00:00:00.000Z' },
): WebhookMessage {
  return JSON.parse(notifications.execute(occasion, 'webhook', 'en', facts).content ?? '') as WebhookMessage;
}

const fieldsOf = ({ data, ...message }: WebhookMessage) => [
  ...Object.keys(message),
  ...Object.keys(data).map((field) => `data.${field}`),
];

describe('docs/reference/webhook-messages.md', () => {
  it('has each field of each message, and no other', () => {
    const fields = new Set(SAMPLES.flatMap((occasion) => fieldsOf(messageOf(occasion))));
    expect(rows.map(({ field }) => field).sort()).toEqual([...fields].sort());
  });

  it('says which are always there', () => {
    const messages = SAMPLES.map((occasion) => fieldsOf(messageOf(occasion)));
    const always = rows.filter(({ field }) => messages.every((fields) => fields.includes(field)));
    expect(always).toEqual(rows.filter(({ present }) => present === 'always'));
  });

  it('shows a message as it is sent', () => {
    const { timestamp, data } = example;
    const { notificationId, shortages = [], ...order } = data;
    const facts = { notificationId, happenedAt: timestamp };
    expect(messageOf({ type: 'INVENTORY_INSUFFICIENT', order, shortages }, facts)).toEqual(example);
  });
});
