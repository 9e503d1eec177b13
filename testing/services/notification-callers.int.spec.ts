import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@orderflow/postgres/testing';
import { AuthenticatedService, type Client } from './authenticated-service.js';

const CONTACT = { webhookUrl: 'https://shop.example/hook' };
const NOTIFICATIONS_EACH = 3;

let service: AuthenticatedService;
let anna: Client;
let ben: Client;
let staff: Client;

beforeAll(async () => {
  const WEBHOOK_ENCRYPTION_KEY = randomBytes(32).toString('base64');
  service = await AuthenticatedService.start('notification-service', { WEBHOOK_ENCRYPTION_KEY });
  [anna, ben] = [await service.customer('CUST-A'), await service.customer('CUST-B')];
  staff = await service.client('stella', 'orders:read orders:write');
});
beforeEach(async () => {
  await service.query('TRUNCATE contacts');
  await service.query('DELETE FROM notifications');
  await service.query(
    `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at, sent_at)
     SELECT uuidv7(), id, 'o-' || lower(right(id, 1)), 'ORDER_CREATED', 'log', 'Your order', 'Good news', 'SENT', now(), now()
     FROM generate_series(1, $1::int) n, unnest(ARRAY['CUST-A', 'CUST-B']) id ORDER BY n`,
    [NOTIFICATIONS_EACH],
  );
});
afterAll(() => service.stop());

const idsOf = async (customerId: string) =>
  (
    await service.query<{ id: string }>(
      'SELECT notification_id AS id FROM notifications WHERE customer_id = $1 ORDER BY notification_id DESC',
      [customerId],
    )
  ).map(({ id }) => id);
const idsIn = (notifications: readonly { notificationId: string }[]) =>
  notifications.map(({ notificationId }) => notificationId);

describe('the list of notifications', () => {
  it.each(['', 'customerId=CUST-A', 'orderId=o-a', 'type=ORDER_CREATED', 'status=SENT', 'orderId=o-a&status=SENT'])(
    'of a customer has only its own: %s',
    async (query) => {
      expect(idsIn((await anna('GET', `/notifications?${query}`)).body)).toEqual(await idsOf('CUST-A'));
    },
  );

  it.each([
    'customerId=CUST-B',
    'orderId=o-b',
    'customerId=CUST-B&orderId=o-b',
    'customerId=CUST-B&status=SENT',
    'status=FAILED',
  ])('of a customer has none of another one: %s', async (query) => {
    const { status, body, link } = await anna('GET', `/notifications?${query}`);
    expect([status, body, link]).toEqual([200, [], null]);
  });

  it('of a customer says nothing of how much of others waits to be sent', async () => {
    await service.query(
      `INSERT INTO notifications (notification_id, customer_id, order_id, type, channel, subject, body, status, created_at)
       SELECT uuidv7(), 'CUST-B', 'o-b', 'ORDER_CREATED', 'log', 'Your order', 'Good news', 'PENDING', now() FROM generate_series(1, 2100)`,
    );
    const { status, body, link } = await anna('GET', '/notifications?status=PENDING');
    expect([status, body, link]).toEqual([200, [], null]);
  });

  it('of a customer stays within its own from page to page, whatever the cursor', async () => {
    const found: string[] = [];
    for (let path: string | null = '/notifications?limit=1'; path !== null;) {
      const page = await anna('GET', path);
      found.push(...idsIn(page.body));
      path = page.link;
    }
    expect(found).toEqual(await idsOf('CUST-A'));
    const [foreign = ''] = await idsOf('CUST-B');
    expect(idsIn((await anna('GET', `/notifications?cursor=${foreign}`)).body)).toEqual(
      (await idsOf('CUST-A')).filter((id) => id < foreign),
    );
  });

  it('of staff has those of all customers, or of one', async () => {
    expect((await staff('GET', '/notifications')).body.length).toBe(2 * NOTIFICATIONS_EACH);
    expect(idsIn((await staff('GET', '/notifications?customerId=CUST-B')).body)).toEqual(await idsOf('CUST-B'));
  });
});

describe('a notification', () => {
  it('exists for its customer and for staff; to others it is like one that does not exist', async () => {
    const [[own = ''], [foreign = '']] = [await idsOf('CUST-A'), await idsOf('CUST-B')];
    for (const who of [anna, staff]) {
      const { status, body } = await who('GET', `/notifications/${own}`);
      expect([status, body.customerId, body.deliveries.length]).toEqual([200, 'CUST-A', 1]);
    }
    for (const id of [foreign, '01a20a1d-3502-7688-9689-0e41c380fa7b', 'nonsense']) {
      const { status, body } = await anna('GET', `/notifications/${id}`);
      expect([status, body.detail]).toEqual([404, `There is no notification ${id}`]);
    }
  });

  it('is sent again only by staff', async () => {
    const [own = ''] = await idsOf('CUST-A');
    expect((await anna('POST', `/notifications/${own}/resend`)).status).toBe(403);
    expect((await staff('POST', `/notifications/${own}/resend`)).status).toBe(202);
  });
});

describe('a contact', () => {
  const contacts = () => service.query('SELECT customer_id, webhook_url, revision FROM contacts ORDER BY customer_id');

  it('is its customer’s, and staff’s', async () => {
    expect((await anna('PUT', '/customers/CUST-A/contact', CONTACT)).status).toBe(201);
    for (const who of [anna, staff])
      expect((await who('GET', '/customers/CUST-A/contact')).body).toMatchObject({ customerId: 'CUST-A' });
    expect((await staff('PUT', '/customers/CUST-A/contact', { ...CONTACT, language: 'de' })).status).toBe(200);
    expect((await anna('DELETE', '/customers/CUST-A/contact')).status).toBe(204);
    expect((await anna('GET', '/customers/CUST-A/contact')).status).toBe(404);
  });

  it('does not exist for another customer, whether it exists or not, and does not come to exist', async () => {
    expect((await ben('PUT', '/customers/CUST-B/contact', CONTACT)).status).toBe(201);
    const before = await contacts();
    for (const customerId of ['CUST-B', 'CUST-C', 'cust-a']) {
      const path = `/customers/${customerId}/contact`;
      for (const [method, body, headers] of [
        ['GET'],
        ['PUT', CONTACT],
        ['PUT', CONTACT, { 'if-match': '*' }],
        ['PUT', CONTACT, { 'if-none-match': '*' }],
        ['PUT', { email: 'anna@example.com' }], // which this service cannot send to
        ['DELETE'],
        ['DELETE', undefined, { 'if-match': '"1"' }],
      ] as const) {
        const response = await anna(method, path, body, headers);
        expect([response.status, response.body.detail]).toEqual([404, `Customer ${customerId} has no contact`]);
      }
    }
    expect(await contacts()).toEqual(before);
    expect((await anna('GET', '/customers/CUST-A/contact')).body.detail).toBe('Customer CUST-A has no contact');
  });
});

describe('the stream of notifications', () => {
  /** What a caller is sent until the stream is aborted. */
  async function follow(credentials: Readonly<Record<string, string>>, query = '', lastEventId?: string) {
    const aborting = new AbortController();
    const response = await fetch(`${service.url}/notifications/stream${query}`, {
      headers: { ...credentials, ...(lastEventId && { 'last-event-id': lastEventId }) },
      signal: aborting.signal,
    });
    expect(response.status).toBe(200);
    let text = '';
    const read = async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    };
    void read().catch(() => undefined);
    return {
      /** Whose notifications it has told of. */
      customers: () => [...text.matchAll(/"customerId":"([^"]+)"/g)].map(([, customerId]) => customerId),
      lastId: () => [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1],
      stop: () => aborting.abort(),
    };
  }

  it('of a customer has only its own, now and after it was interrupted', async () => {
    const credentials = await service.headersOf('anna', 'customer', 'CUST-A');
    const streams = [
      await follow(credentials),
      await follow(credentials, '?customerId=CUST-A&type=ORDER_CREATED'),
      await follow(credentials, '?customerId=CUST-B'),
      await follow(await service.headersOf('stella', 'orders:read')),
    ] as const;
    const [own, filtered, foreign, all] = streams;
    await eventually(async () => streams.every((each) => each.lastId() !== undefined));
    const position = own.lastId() ?? '';
    for (const customerId of ['CUST-B', 'CUST-A']) {
      const [id = ''] = await idsOf(customerId);
      expect((await staff('POST', `/notifications/${id}/resend`)).status).toBe(202);
      await eventually(async () => all.customers().includes(customerId));
    }
    await eventually(async () => own.customers().length > 0 && filtered.customers().length > 0);
    expect([...new Set([...own.customers(), ...filtered.customers()])]).toEqual(['CUST-A']);
    expect(foreign.customers()).toEqual([]);

    const [resumed, resumedForeign] = [
      await follow(credentials, '', position),
      await follow(credentials, '?customerId=CUST-B', position),
    ];
    await eventually(async () => resumed.lastId() !== undefined && resumedForeign.lastId() !== undefined);
    expect([...new Set(resumed.customers())]).toEqual(['CUST-A']);
    expect(resumedForeign.customers()).toEqual([]);
    for (const each of [...streams, resumed, resumedForeign]) each.stop();
  });
});
