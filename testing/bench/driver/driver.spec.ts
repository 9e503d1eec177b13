import { describe, expect, it } from '@jest/globals';
import type { KafkaMessage } from 'kafkajs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closedLoop } from './closed-loop.ts';
import { parse, requestOf, requestsOf } from './connection.ts';
import { Decisions } from './decisions.ts';
import { intendedAt, openLoop } from './open-loop.ts';
import { OrderLog } from './order-log.ts';

const orders = Array.from({ length: 20 }, (_, index) => ({ customerId: 'c', items: [], totalAmount: index + 1 }));

/** Responds to every order with its number as the id, and to the third with a 503. */
async function withShop(use: (urls: URL[]) => Promise<void>) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { totalAmount } = JSON.parse(body) as { totalAmount: number };
      const text = JSON.stringify({ orderId: `o${totalAmount}`, path: request.url });
      const status = totalAmount === 3 ? 503 : 201;
      response.writeHead(status, { 'content-length': text.length }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await use([new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)]);
  server.close();
}

function expectAllPosted(log: OrderLog) {
  expect(log.orderIds).toEqual(orders.map(({ totalAmount }) => (totalAmount === 3 ? undefined : `o${totalAmount}`)));
  expect([...log.refused]).toEqual([[503, 1]]);
  expect(log.accepted).toBe(19);
  expect(log.acceptedAt.every((at, number) => at >= (log.sentAt[number] ?? NaN))).toBe(true);
}

describe('the driver', () => {
  it('posts each order once in a closed loop', () =>
    withShop(async (urls) => {
      const log = new OrderLog(orders);
      await closedLoop(log, { urls, requests: requestsOf(log.orders), connections: 3 });
      expectAllPosted(log);
    }));

  it('posts each order once in an open loop, and begins its time when it should be sent', () =>
    withShop(async (urls) => {
      const log = new OrderLog(orders);
      await openLoop(log, { urls, requests: requestsOf(log.orders), perSecond: 1_000 });
      expectAllPosted(log);
      const [first = NaN] = log.sentAt;
      for (const [number, at] of log.sentAt.entries()) expect(at - first).toBeCloseTo(number, 3);
    }));

  it('intends orders at a steady rate', () => {
    const schedule = { begin: 1_000, perSecond: 50 };
    expect([0, 1, 50].map((number) => intendedAt(schedule, number))).toEqual([1_000, 1_020, 2_000]);
  });

  it('counts requests without a response', async () => {
    const server = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const urls = [new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)];
    const log = new OrderLog(orders);
    await closedLoop(log, { urls, requests: requestsOf(log.orders), connections: 2 });
    server.close();
    expect([log.unanswered, log.accepted]).toEqual([20, 0]);
  });
});

describe('a response', () => {
  it('is complete when it is as long as it says', () => {
    const text = 'HTTP/1.1 201 Created\r\nContent-Length: 2\r\nx: y\r\n\r\n{}';
    expect(parse(text)).toEqual({ status: 201, body: '{}' });
    for (let length = 0; length < text.length; length += 1) expect(parse(text.slice(0, length))).toBeUndefined();
  });

  it('must say how long it is', () => {
    expect(() => parse('HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n')).toThrow('content-length');
  });

  it('belongs to a request that says so too', () => {
    expect(requestOf('/orders', { a: 1 })).toMatch(
      /^POST \/orders HTTP\/1.1\r\n[\s\S]*content-length: 7\r\n\r\n\{"a":1\}$/,
    );
  });

  it('has the headers of the customer, which are made once', () => {
    let made = 0;
    const requests = requestsOf(orders, (customerId) => ({ authorization: `${customerId} ${(made += 1)}` }));
    expect(requests.filter((request) => request.includes('\r\nauthorization: c 1\r\n'))).toHaveLength(orders.length);
    expect(made).toBe(1);
  });
});

describe('decisions', () => {
  const message = (key: string, type: string) =>
    ({ key: Buffer.from(key), headers: { ce_type: Buffer.from(type) } }) as unknown as KafkaMessage;

  it('are the first reply events of orders', () => {
    const decisions = new Decisions();
    decisions.note([message('a', 'INVENTORY_RESERVED'), message('item:CUP', 'INVENTORY_LOW')]);
    const at = decisions.get('a')?.at;
    decisions.note([message('a', 'INVENTORY_RESERVED'), message('b', 'INVENTORY_INSUFFICIENT')]);
    expect([...decisions.keys()]).toEqual(['a', 'b']);
    expect(decisions.get('a')).toEqual({ at, type: 'INVENTORY_RESERVED' });
  });

  it('belong to their run, though they may be delivered again', () => {
    const decisions = new Decisions();
    decisions.note([message('a', 'INVENTORY_RESERVED')]);
    decisions.beginRun();
    decisions.note([message('a', 'INVENTORY_RESERVED'), message('b', 'INVENTORY_RESERVED')]);
    expect([...decisions.keys()]).toEqual(['b']);
  });

  it('may contradict each other, which is noted', () => {
    const decisions = new Decisions();
    decisions.note([message('a', 'INVENTORY_RESERVED'), message('a', 'INVENTORY_INSUFFICIENT')]);
    expect(decisions.get('a')).toMatchObject({ type: 'INVENTORY_RESERVED', contradiction: 'INVENTORY_INSUFFICIENT' });
  });
});
