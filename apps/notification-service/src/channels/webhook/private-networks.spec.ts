import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { closeChannels, failing, resolvesTo, send } from '../../testing/webhook-messages.js';
import { WebhookReceiver } from '../../testing/webhook-receiver.js';

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  closeChannels();
  await receiver.stop();
});

const urlOf = (host: string, scheme = 'https') => `${scheme}://${host}:${receiver.port}/hook?token=s3cr3t`;
const strict = { allowPrivateNetworks: false };

it.each([
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '017700000001',
  '0177.0.0.1',
  '１２７.0.0.1',
  '0',
  '10.1.2.3',
  '169.254.169.254',
  '0xa9fea9fe',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  'localhost',
  'shop.localhost',
  'localhost.',
])('an address such as %s gets nothing', async (host) => {
  const { kind, message } = await failing(send(urlOf(host), strict));
  expect([kind, message]).toEqual(['unavailable', expect.stringContaining('is not a public address')]);
  expect(receiver.connections).toBe(0);
});

it('http gets nothing', async () => {
  expect((await failing(send(urlOf('shop.example', 'http'), strict))).message).toContain('must use https');
});

it('a name with addresses that are not public gets nothing', async () => {
  const resolve = resolvesTo('127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1');
  expect((await failing(send(urlOf('shop.example'), { ...strict, resolve }))).message).toContain(
    'its name has no public address',
  );
  expect(receiver.connections).toBe(0);
});
