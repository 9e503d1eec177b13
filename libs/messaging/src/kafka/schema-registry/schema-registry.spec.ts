import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { schemaIdOf, SchemaRefused } from './schema-registry.js';

let server: Server;
let address: string;
let asked: { path: string | undefined; authorization: string | undefined; body: unknown }[];
/** Responses by path; if there are several, the first is used once. */
let answers: Record<string, { status: number; body: string }[]>;

beforeEach(async () => {
  asked = [];
  answers = { default: [KNOWN] };
  server = createServer((request, response) => {
    void json(request).then((body) => {
      asked.push({ path: request.url, authorization: request.headers.authorization, body });
      const given = answers[request.url ?? ''] ?? answers['default'] ?? [];
      const { status, body: text } = (given.length > 1 ? given.shift() : given[0]) ?? UNKNOWN;
      response.statusCode = status;
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

const wanted = { subject: 'orders/1-ORDER_CREATED', schema: { type: 'object' } };
const ask = (autoRegister = true, url = `http://${address}/api/`) =>
  schemaIdOf(wanted, { url: () => url, autoRegister });

const LOOK_UP = '/api/subjects/orders%2F1-ORDER_CREATED?normalize=true';
const REGISTER = '/api/subjects/orders%2F1-ORDER_CREATED/versions?normalize=true';
const KNOWN = { status: 200, body: '{"id":7}' };
const UNKNOWN = { status: 404, body: '{"error_code":40403,"message":"unknown"}' };

describe('the id of a schema', () => {
  it.each([true, false])('is looked up if the registry has the schema (auto-register: %s)', async (autoRegister) => {
    expect(await ask(autoRegister)).toBe(7);
    const body = { schemaType: 'JSON', schema: '{"type":"object"}' };
    expect(asked).toEqual([{ path: LOOK_UP, authorization: undefined, body }]);
  });

  it('is returned by the registration of an unknown schema', async () => {
    answers[LOOK_UP] = [UNKNOWN];
    answers[REGISTER] = [{ status: 200, body: '{"id":8}' }];
    expect(await ask()).toBe(8);
    expect(asked.map(({ path }) => path)).toEqual([LOOK_UP, REGISTER]);
  });

  it('is looked up again if another replica registers the schema first', async () => {
    answers[LOOK_UP] = [UNKNOWN, KNOWN];
    answers[REGISTER] = [{ status: 409, body: '{"error_code":409,"message":"there already"}' }];
    expect(await ask()).toBe(7);
  });

  it('is requested with the credentials in the URL', async () => {
    await ask(true, `http://shop:s%3Acret@${address}`);
    expect(asked[0]?.authorization).toBe(`Basic ${btoa('shop:s:cret')}`);
  });

  it('is refused if the schema is unknown and may not be registered', async () => {
    answers[LOOK_UP] = [UNKNOWN];
    await expect(ask(false)).rejects.toThrow(/SCHEMA_REGISTRY_AUTO_REGISTER \(404: unknown\)$/);
    expect(asked.length).toBe(1);
  });

  it.each([
    [409, 'refuses orders/1-ORDER_CREATED as incompatible'],
    [404, 'check SCHEMA_REGISTRY_URL'],
    [403, 'refuses the user'],
    [422, 'does not take orders/1-ORDER_CREATED'],
  ])('is refused for good by %d', async (status, text) => {
    answers[LOOK_UP] = [UNKNOWN];
    answers[REGISTER] = [{ status, body: '{"error_code":1,"message":"because"}' }];
    const asking = ask();
    await expect(asking).rejects.toBeInstanceOf(SchemaRefused);
    await expect(asking).rejects.toThrow(text);
    await expect(asking).rejects.toThrow(`(${status}: because)`);
  });

  it('is refused if the server is not a registry', async () => {
    answers['default'] = [{ status: 200, body: '<html>' }];
    await expect(ask()).rejects.toBeInstanceOf(SchemaRefused);
  });

  it.each([500, 503, 429])('may be available later after status %d', async (status) => {
    answers['default'] = [{ status, body: '' }];
    const asking = ask();
    await expect(asking).rejects.toThrow(`answers ${status}`);
    await expect(asking).rejects.not.toBeInstanceOf(SchemaRefused);
  });

  it('may be available later if the registry does not respond; the error omits the password', async () => {
    const asking = ask(true, 'http://shop:secret@127.0.0.1:1');
    await expect(asking).rejects.toThrow(/^the schema registry at http:\/\/127\.0\.0\.1:1 does not answer: /);
    await expect(asking).rejects.not.toBeInstanceOf(SchemaRefused);
  });
});
