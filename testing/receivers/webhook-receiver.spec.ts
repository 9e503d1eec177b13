import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { freePort } from '../../tools/stack/ports.mjs';
import { WebhookReceiver, type WebhookMode } from './webhook-receiver.ts';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const BODY = '{"type":"ORDER_CREATED"}';

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = new WebhookReceiver(await freePort());
  await receiver.start();
  for (const customer of ['ada', 'bob']) receiver.trust(customer, SECRET);
});
afterEach(() => receiver.stop());

function send(customer: string, secret = SECRET, redirect: RequestInit['redirect'] = 'manual') {
  const at = new Date();
  const headers = {
    'webhook-id': 'n-1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('n-1', at, BODY),
  };
  return fetch(receiver.urlOf(customer), { method: 'POST', headers, body: BODY, redirect });
}

it('A webhook is kept as what its customer got', async () => {
  expect((await send('ada')).status).toBe(204);
  expect(receiver.takenOf('ada')).toMatchObject([{ notificationId: 'n-1', text: BODY }]);
  expect([receiver.of('bob'), receiver.forged]).toEqual([[], []]);
});

it('A wrong signature, and a webhook that nobody has, are forged', async () => {
  const secret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
  expect([(await send('ada', secret)).status, (await send('eve')).status]).toEqual([400, 400]);
  expect(receiver.forged).toEqual([expect.stringContaining('/ada n-1: '), expect.stringContaining('/eve n-1: ')]);
  expect(receiver.received).toEqual([]);
});

it.each<[WebhookMode, number]>([
  ['fails', 500],
  ['redirects', 307],
])('A receiver that %s responds to one customer with %d', async (mode, status) => {
  receiver.set(mode, 'ada');
  expect([(await send('ada')).status, (await send('bob')).status]).toEqual([status, 204]);
  expect(receiver.received.map(({ isTaken }) => isTaken)).toEqual([false, true]);
});

it('A sender that follows a redirect is noticed', async () => {
  receiver.set('redirects');
  await send('ada', SECRET, 'follow');
  expect(receiver.forged).toEqual([expect.stringContaining('/elsewhere n-1: ')]);
});

it('A receiver that resets has the webhook, and does not say so', async () => {
  receiver.set('resets');
  await expect(send('ada')).rejects.toThrow('fetch failed');
  expect(receiver.received).toMatchObject([{ recipient: 'ada', isTaken: false }]);
});

it('A receiver that never ends sends more than a sender may read', async () => {
  receiver.set('never ends');
  const { body } = await send('ada');
  let bytes = 0;
  for await (const chunk of body ?? []) if ((bytes += chunk.length) > 1_000_000) break;
  expect(bytes).toBeGreaterThan(1_000_000);
});

it('A sender that still waits is among the hanging', async () => {
  receiver.set('hangs');
  const failed = expect(send('ada')).rejects.toThrow('fetch failed');
  while (receiver.hanging.size === 0) await new Promise(setImmediate);
  await receiver.stop();
  await failed;
  expect(receiver.hanging.size).toBe(0);
});
