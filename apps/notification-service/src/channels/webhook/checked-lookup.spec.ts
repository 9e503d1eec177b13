import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { WebhookReceiver } from '../../testing/webhook-receiver.js';
import { checkedLookup, NoAllowedAddress, type Resolve, resolveByDns } from './checked-lookup.js';
import { HttpPost } from './http-post.js';

const ALLOWED = '127.0.0.1';
const REFUSED = '127.0.0.9';

let receiver: WebhookReceiver;
let asked: string[];

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
  asked = [];
});
afterEach(() => receiver.stop());

/** @param answers the addresses that the name has, at each time that it is asked for */
async function post(...answers: readonly (readonly string[])[]): Promise<number> {
  const resolve: Resolve = async (name) => {
    const addresses = answers[asked.length] ?? [];
    asked.push(name);
    return addresses.map((address) => ({ address, family: 4 }));
  };
  const lookup = checkedLookup(resolve, (address) => address === ALLOWED);
  const http = new HttpPost({ connectTimeoutMs: 5_000, timeoutMs: 5_000, lookup });
  try {
    const url = new URL(`http://shop.example:${receiver.port}/`);
    return (await http.send({ url, headers: {}, body: '' }, new AbortController().signal)).status;
  } finally {
    http.close();
  }
}

it('connects to the address that was checked, whatever the name resolves to afterwards', async () => {
  expect(await post([ALLOWED], [REFUSED])).toBe(204);
  expect(asked).toEqual(['shop.example']);
});

it('connects to no other address of the name', async () => {
  expect(await post([REFUSED, ALLOWED])).toBe(204);
  await expect(post([REFUSED])).rejects.toThrow(NoAllowedAddress);
  expect(receiver.connections).toBe(1);
});

it('does not connect to a name without addresses', async () => {
  await expect(post([])).rejects.toThrow(NoAllowedAddress);
});

it.each(['localhost', 'shop.localhost', 'localhost.'])('%s is loopback without DNS', async (name) => {
  expect(await resolveByDns()(name)).toContainEqual({ address: '127.0.0.1', family: 4 });
});
