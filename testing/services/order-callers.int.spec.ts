import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthenticatedService, type Client } from './authenticated-service.js';

const NOWHERE = '01890a5d-ac96-774b-bcce-b302099a8057';
const ITEMS = [{ itemId: 'ITEM-001', quantity: 1 }];
const order = (customerId?: string) => ({ ...(customerId && { customerId }), items: ITEMS, totalAmount: 10 });
const keyed = (key: string) => ({ 'idempotency-key': key });

let service: AuthenticatedService;
let anna: Client;
let ben: Client;
let staff: Client;

beforeAll(async () => {
  service = await AuthenticatedService.start('order-service', { ORDER_LATE_SECONDS: '1' });
  [anna, ben] = [await service.customer('CUST-A'), await service.customer('CUST-B')];
  staff = await service.client('stella', 'orders:read orders:write orders:fulfil');
});
afterAll(() => service.stop());

const place = async (client: Client, customerId?: string): Promise<string> => {
  const { status, body } = await client('POST', '/orders', order(customerId));
  expect(status).toBe(201);
  return body.orderId;
};

describe('A new order', () => {
  it('of a customer is that customer’s, who may be left out', async () => {
    for (const body of [order(), order('CUST-A'), { ...order(), customerId: null }])
      expect(await anna('POST', '/orders', body)).toMatchObject({ status: 201, body: { customerId: 'CUST-A' } });
  });

  it.each(['CUST-B', 'cust-a', '', 7])('of a customer cannot be that of %j', async (customerId) => {
    const { status, body } = await anna('POST', '/orders', { ...order(), customerId });
    expect([status, body.detail]).toEqual([403, 'The customerId is not the customer of the token']);
  });

  it('of staff must name the customer, besides everything else', async () => {
    expect(await staff('POST', '/orders', order('CUST-C'))).toMatchObject({
      status: 201,
      body: { customerId: 'CUST-C' },
    });
    const pointers = async (client: Client, body: object) =>
      (await client('POST', '/orders', body)).body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(await pointers(staff, order())).toEqual(['#/customerId']);
    expect(await pointers(staff, {})).toEqual(['#/customerId', '#/items', '#/totalAmount']);
    expect(await pointers(anna, {})).toEqual(['#/items', '#/totalAmount']);
  });
});

describe('An order', () => {
  it('exists for its customer and for staff; to others it is like one that does not exist', async () => {
    const orderId = await place(anna);
    for (const client of [anna, staff]) expect((await client('GET', `/orders/${orderId}`)).status).toBe(200);
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
    ] as const)
      for (const [client, id] of [
        [ben, orderId],
        [ben, NOWHERE],
        [staff, NOWHERE],
      ] as const) {
        const { status, body } = await client(method, `/orders/${id}${path}`, method === 'POST' ? {} : undefined);
        expect([status, body.detail]).toEqual([404, `There is no order ${id}`]);
      }
    const waiting = await ben('GET', `/orders/${orderId}`, undefined, { prefer: 'wait=30' });
    expect(waiting.status).toBe(404);
    expect((await anna('GET', `/orders/${orderId}`)).body.status).toBe('PENDING');
    expect((await anna('POST', `/orders/${orderId}/cancel`, {})).body.status).toBe('CANCELLED');
  });

  it('says who has changed it', async () => {
    const [own, named] = [await place(anna), await place(staff, 'CUST-A')];
    await staff('POST', `/orders/${own}/cancel`, {});
    await anna('POST', `/orders/${named}/cancel`, {});
    const actors = async (orderId: string) =>
      (await anna('GET', `/orders/${orderId}`)).body.history.map(({ by }: { by?: string }) => by);
    expect([await actors(own), await actors(named)]).toEqual([
      ['customer', 'staff'],
      ['staff', 'customer'],
    ]);
  });
});

describe('A list', () => {
  const list = async (client: Client, query: string) => (await client('GET', `/orders?${query}`)).body;

  it('has only what its caller may see, whatever the filter and the cursor', async () => {
    const own = await place(ben);
    const others = [await place(anna), await place(anna), await place(anna)];
    const found = async (query: string) =>
      new Set((await list(ben, query)).data.map(({ customerId }: { customerId: string }) => customerId));
    for (const query of ['', 'customerId=CUST-B', 'status=PENDING', 'customerId=CUST-B&status=PENDING'])
      expect(await found(query)).toEqual(new Set(['CUST-B']));
    for (const query of ['customerId=CUST-A', 'customerId=CUST-A&status=PENDING', 'customerId=CUST-A&late=true'])
      expect(await list(ben, query)).toEqual({ data: [], nextCursor: null });
    const { data } = await list(ben, `cursor=${others.at(-1)}`);
    expect(data[0].orderId).toBe(own);
    expect((await list(staff, 'customerId=CUST-A')).data.length).toBeGreaterThan(2);
  });

  it('of late orders has only the own ones', async () => {
    await service.query("UPDATE orders SET created_at = created_at - interval '1 hour'");
    const { data } = await list(ben, 'late=true');
    expect(new Set(data.map(({ customerId }: { customerId: string }) => customerId))).toEqual(new Set(['CUST-B']));
  });
});

describe('An idempotency key', () => {
  it('is that of its caller: another one with the same key and request gets nothing of the first', async () => {
    const [first, second] = [
      await anna('POST', '/orders', order(), keyed('k-1')),
      await ben('POST', '/orders', order(), keyed('k-1')),
    ];
    expect([first.body.customerId, second.status, second.body.customerId]).toEqual(['CUST-A', 201, 'CUST-B']);
    expect((await anna('POST', '/orders', order('CUST-A'), keyed('k-1'))).body).toEqual(first.body);
    const cancel = `/orders/${first.body.orderId}/cancel`;
    const cancelled = await anna('POST', cancel, {}, keyed('k-2'));
    expect((await anna('POST', cancel, {}, keyed('k-2'))).body).toEqual(cancelled.body);
    expect((await ben('POST', cancel, {}, keyed('k-2'))).status).toBe(404);
    expect((await staff('POST', cancel, {}, keyed('k-2'))).status).toBe(409);
  });
});

describe('A stream', () => {
  /** What a caller gets, until a text has come. */
  async function follow(query: string, headers: Readonly<Record<string, string>>) {
    const stop = new AbortController();
    const response = await fetch(`${service.url}/orders/stream${query}`, { headers, signal: stop.signal });
    const chunks = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (pattern: RegExp): Promise<string> => {
      for (let match = pattern.exec(text); ; match = pattern.exec(text)) {
        if (match) return match[1] ?? text;
        const { value, done } = await chunks.read();
        if (done) throw new Error(`The stream has ended: ${text}`);
        text += value;
      }
    };
    return { until, stop: () => stop.abort() };
  }

  it('has only the own changes, also those that were missed', async () => {
    const credentials = await service.headersOf('of CUST-B', 'customer', 'CUST-B');
    const [live, foreign] = [await follow('', credentials), await follow('?customerId=CUST-A', credentials)];
    const id = await live.until(/id: (\S+)\n/);
    await foreign.until(/id: (\S+)\n/);
    await place(anna);
    const own = await place(ben);
    expect(await live.until(new RegExp(own))).not.toContain('CUST-A');
    const [missed, nothing, all] = [
      await follow('', { ...credentials, 'last-event-id': id }),
      await follow('?customerId=CUST-A', { ...credentials, 'last-event-id': id }),
      await follow('', { ...(await service.headersOf('stella', 'orders:read')), 'last-event-id': id }),
    ];
    expect(await missed.until(new RegExp(own))).not.toContain('CUST-A');
    expect(await nothing.until(/retry[^]*id: \S+\n\n/)).not.toContain('data');
    expect(await all.until(new RegExp(own))).toContain('CUST-A');
    for (const stream of [live, foreign, missed, nothing, all]) stream.stop();
  });
});
