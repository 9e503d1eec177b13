import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { withWebhookKey } from './webhook-key.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'webhook-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const keyFile = () => withWebhookKey('notification-service', {}, folder).WEBHOOK_ENCRYPTION_KEY_FILE ?? '';

it('gives the notification service a key of 32 bytes that stays the same, and that only this account can read', () => {
  const file = keyFile();
  const key = readFileSync(file, 'utf8');
  expect(key).toMatch(/^[\w+/]{43}=$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(keyFile(), 'utf8')).toBe(key);
});

it.each([
  ['order-service', {}],
  ['notification-service', { WEBHOOK_ENCRYPTION_KEY: 'own' }],
  ['notification-service', { WEBHOOK_ENCRYPTION_KEY_FILE: '/own' }],
])('leaves the environment of %s with %j as it is', (service, environment) => {
  expect(withWebhookKey(service, environment, folder)).toEqual(environment);
});
