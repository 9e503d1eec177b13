import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@orderflow/postgres/testing';
import { Webhook } from 'standardwebhooks';
import {
  ATTEMPTED_AT,
  channel,
  closeChannels,
  CONTACT,
  CONTENT,
  failing,
  message,
  never,
  NEW,
  NOTIFICATION_ID,
  OLD,
  resolvesTo,
  send,
} from '../../testing/webhook-messages.js';
import { respondWith, WebhookReceiver } from '../../testing/webhook-receiver.js';

const TIMEOUT_MS = 300;

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  closeChannels();
  await receiver.stop();
});

const urlOf = (host: string, scheme = 'http') => `${scheme}://${host}:${receiver.port}/hook?token=s3cr3t`;
const local = () => urlOf('127.0.0.1');

describe('a message', () => {
  it('is a POST of the content as it is, which the receiver can verify with each valid secret', async () => {
    await channel().send(message(local(), [NEW, OLD]), never);
    const [request] = receiver.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook?token=s3cr3t',
      body: CONTENT,
      headers: { 'content-type': 'application/json', 'user-agent': 'Orderflow', 'webhook-id': NOTIFICATION_ID },
    });
    const { body, headers }: { body: string; headers: Record<string, string> } = request ?? { body: '', headers: {} };
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(ATTEMPTED_AT.getTime() / 1_000)));
    for (const secret of [OLD, NEW]) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(CONTENT));
    expect(() => new Webhook(OLD).verify(body.replace('CREATED', 'CANCELLED'), headers)).toThrow('No matching');
  });

  it('has the same id in each attempt', async () => {
    receiver.respond = respondWith(500);
    await failing(send(local()));
    await failing(send(local()));
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([NOTIFICATION_ID, NOTIFICATION_ID]);
  });

  it('goes through TLS to a server that is who it claims to be', async () => {
    await receiver.stop();
    receiver = await WebhookReceiver.start(respondWith(200), 'shop.example');
    const ca = receiver.certificate ?? '';
    const options = { ca, resolve: resolvesTo('127.0.0.1') };
    await send(urlOf('shop.example', 'https'), options);
    expect(receiver.requests).toHaveLength(1);
    expect(await failing(send(urlOf('other.example', 'https'), options))).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^other\.example:\d+: the request failed \(ERR_TLS_CERT_ALTNAME_INVALID\)$/),
    });
    const { message } = await failing(send(urlOf('shop.example', 'https'), { resolve: options.resolve }));
    expect(message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('uses a kept connection, and another one if the server has closed that', async () => {
    const one = channel();
    for (let n = 0; n < 3; n += 1) await one.send(message(local()), never);
    expect(receiver.connections).toBe(1);
    receiver.respond = (response) => {
      receiver.respond = respondWith(204);
      response.socket?.resetAndDestroy();
    };
    await one.send(message(local()), never);
    expect([receiver.connections, receiver.requests.length]).toEqual([2, 5]);
  });

  it('fails if the customer has no webhook, or its secret cannot be decrypted', async () => {
    for (const contact of [undefined, { ...CONTACT, webhook: null }])
      expect(await failing(channel().send({ ...message(local()), contact }, never))).toMatchObject({ kind: 'final' });
    expect(await failing(channel().send(message(local(), []), never))).toMatchObject({
      kind: 'unavailable',
      message: 'No key in WEBHOOK_ENCRYPTION_KEY decrypts the secret of the webhook',
    });
    expect(receiver.requests).toEqual([]);
  });
});

describe('a receiver that', () => {
  it('responds with an error fails, with the time at which it wants the next attempt', async () => {
    receiver.respond = respondWith(503, { 'retry-after': '120' });
    expect(await failing(send(local()))).toMatchObject({
      kind: 'unavailable',
      message: `127.0.0.1:${receiver.port} responded with 503`,
      retryAfterMs: 120_000,
    });
  });

  it('is gone wants no more messages', async () => {
    receiver.respond = respondWith(410);
    expect(await failing(send(local()))).toMatchObject({ kind: 'gone' });
  });

  it('redirects fails, and the other address gets nothing', async () => {
    const other = await WebhookReceiver.start();
    try {
      for (const status of [301, 302, 307, 308]) {
        receiver.respond = respondWith(status, { location: `http://127.0.0.1:${other.port}/` });
        expect(await failing(send(local()))).toMatchObject({
          kind: 'unavailable',
          message: `127.0.0.1:${receiver.port} responded with ${status}; redirects are not followed`,
        });
      }
      expect(other.requests).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('never responds fails after the time-out, and its connection is closed', async () => {
    receiver.respond = () => undefined;
    expect(await failing(send(local(), { timeoutMs: TIMEOUT_MS }))).toMatchObject({
      kind: 'unavailable',
      message: `127.0.0.1:${receiver.port}: no response within 0.3 s`,
    });
    await eventually(() => receiver.open === 0);
  });

  it('sends its header byte by byte fails after the time-out', async () => {
    receiver.respond = ({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\nX-Long: ');
      const timer = setInterval(() => socket?.write('x'), 20);
      socket?.once('close', () => clearInterval(timer));
    };
    const { message } = await failing(send(local(), { timeoutMs: TIMEOUT_MS }));
    expect(message).toContain('no response within 0.3 s');
    await eventually(() => receiver.open === 0);
  });

  it.each([
    [200, undefined],
    [500, 'rejected'],
  ])(
    'responds with %i and a body without end counts by its status, and its connection is closed',
    async (status, kind) => {
      receiver.respond = (response) => {
        response.writeHead(status);
        const chunk = Buffer.alloc(16_384, 'x');
        const write = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', write);
        write();
      };
      const sent = send(local());
      if (kind) expect(await failing(sent)).toMatchObject({ kind });
      else await sent;
      await eventually(() => receiver.open === 0);
    },
  );

  it('responds with 200 and then sends its body byte by byte counts by its status', async () => {
    receiver.respond = (response) => {
      response.writeHead(200).write('x');
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    };
    await send(local(), { timeoutMs: TIMEOUT_MS });
    await eventually(() => receiver.open === 0);
  });

  it('resets the connection fails', async () => {
    receiver.respond = (response) => response.socket?.resetAndDestroy();
    expect(await failing(send(local()))).toMatchObject({
      kind: 'unavailable',
      message: `127.0.0.1:${receiver.port}: the request failed (ECONNRESET)`,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it('does not speak HTTP fails, and nothing that it has written is repeated', async () => {
    receiver.respond = ({ socket }) => socket?.end('SSH-2.0-s3cr3t\r\n');
    const { message } = await failing(send(local()));
    expect(message).toMatch(/the request failed \(HPE_\w+\)$/);
    expect(message).not.toContain('s3cr3t');
  });

  it('is not there fails', async () => {
    const url = local();
    await receiver.stop();
    expect((await failing(send(url))).message).toContain('(ECONNREFUSED)');
    receiver = await WebhookReceiver.start();
  });

  it('hangs is left when the attempt is stopped', async () => {
    receiver.respond = () => undefined;
    const stop = new AbortController();
    const sent = failing(channel().send(message(local()), stop.signal));
    await eventually(() => receiver.requests.length === 1);
    stop.abort();
    expect((await sent).message).toContain('the attempt was stopped');
    expect((await failing(channel().send(message(local()), stop.signal))).kind).toBe('unavailable');
    await eventually(() => receiver.open === 0);
  });
});
