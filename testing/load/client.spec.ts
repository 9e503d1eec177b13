import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from './client.ts';
import { readLinkedPages } from './pages.ts';

const seen: (string | undefined)[] = [];
const server = createServer((request, response) => {
  seen.push(request.headers.authorization);
  response.setHeader('link', '<https://shop.example/notifications?cursor=2>; rel="next"').end('[]');
});
const client = new Client(1, { headers: { authorization: 'Bearer t' } });
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notifications`;
});
afterAll(() => {
  client.close();
  server.close();
});

it('the token is sent with each request, and only to this machine', async () => {
  await client.post(url, {}, { 'idempotency-key': 'k' });
  await expect(readLinkedPages({ client, giveUpAt: 0 }, url, {})).rejects.toThrow('is not an http address of this');
  expect(seen).toEqual(['Bearer t', 'Bearer t']);
});
