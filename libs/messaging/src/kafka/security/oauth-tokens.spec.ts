import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { oauthTokens } from './oauth-tokens.js';

let server: Server;
let tokenUrl: string;
let requests: { authorization: string | undefined; body: string }[];
let expiresIn: number;

beforeEach(async () => {
  requests = [];
  expiresIn = 3_600;
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { authorization } = request.headers;
      requests.push({ authorization, body });
      response.statusCode = authorization === `Basic ${btoa('shop:s%3Acret')}` ? 200 : 401;
      response.end(JSON.stringify({ access_token: `token-${requests.length}`, expires_in: expiresIn }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
});

afterEach(() => void server.close());

it('gets a token by client credentials, and keeps it while it is valid', async () => {
  const tokens = oauthTokens({ tokenUrl, clientId: 'shop', clientSecret: () => 's:cret', scope: 'kafka' });
  expect([await tokens(), await tokens()]).toEqual([{ value: 'token-1' }, { value: 'token-1' }]);
  expect(requests.map(({ body }) => body)).toEqual(['grant_type=client_credentials&scope=kafka']);
});

it('gets a new token if the last one is about to expire', async () => {
  expiresIn = 10;
  const tokens = oauthTokens({ tokenUrl, clientId: 'shop', clientSecret: () => 's:cret' });
  expect([await tokens(), await tokens()]).toEqual([{ value: 'token-1' }, { value: 'token-2' }]);
});

it('reports the server that refuses it, without the secret', async () => {
  const tokens = oauthTokens({ tokenUrl, clientId: 'shop', clientSecret: () => 'wrong' });
  await expect(tokens()).rejects.toThrow(`${tokenUrl} answers 401`);
});
