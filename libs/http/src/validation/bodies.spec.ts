import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createShop } from '../testing/shop.js';

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await createShop();
  await app.init();
});
afterAll(() => app.close());

const post = (payload: string | Buffer, headers: Record<string, string> = {}, url = '/baskets') =>
  app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });

it.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'Application/JSON',
])('a body of the type %s is read', async (type) => {
  expect((await post('{"quantity":1}', { 'content-type': type })).json()).toEqual({ quantity: 1 });
});

it('an empty body with a content type is no body', async () => {
  expect((await post('', {}, '/baskets/1/empty')).statusCode).toBe(200);
  expect((await post('', { 'content-length': '0' }, '/baskets/1/empty')).statusCode).toBe(200);
});

it.each([
  [{ 'content-encoding': 'gzip' }],
  [{ 'content-encoding': 'identity, br' }],
  [{ 'content-type': 'application/json; charset=utf-16' }],
  [{ 'content-type': 'application/json; charset="latin1"' }],
  [{ 'content-type': 'text/plain' }],
  [{ 'content-type': 'application/x-www-form-urlencoded' }],
])('a body with %j is a 415', async (headers) => {
  const response = await post('{}', headers as Record<string, string>);
  expect([response.statusCode, response.headers['content-type']]).toEqual([
    415,
    expect.stringContaining('application/problem+json'),
  ]);
});

it.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['gzip, gzip', (bytes: Buffer) => gzipSync(gzipSync(bytes))],
])('a body in %s is refused undecoded, however much it holds', async (encoding, encode) => {
  const bomb = encode(Buffer.alloc(20_000_000, ' '));
  expect(bomb.length).toBeLessThan(64 * 1024);
  const response = await post(bomb, { 'content-encoding': encoding });
  expect([response.statusCode, response.headers['accept-encoding']]).toEqual([415, 'identity']);
});

it('a body that is declared as not encoded is read', async () => {
  expect((await post('{}', { 'content-encoding': 'identity' })).statusCode).toBe(201);
});

it('a body beyond 64 KiB is a 413, one within them is read', async () => {
  const body = (bytes: number) => `{"quantity":1${' '.repeat(bytes - 14)}}`;
  expect((await post(body(64 * 1024))).statusCode).toBe(201);
  const response = await post(body(64 * 1024 + 1));
  expect([response.statusCode, response.headers['content-type']]).toEqual([
    413,
    expect.stringContaining('application/problem+json'),
  ]);
});

it('large bodies that come at once are read one in a turn of the event loop, so that others have theirs', async () => {
  const { parse } = JSON;
  let turns = 0;
  let next: NodeJS.Immediate | undefined;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  const readIn: number[] = [];
  const spy = jest.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
    if (text.length === 60_000) readIn.push(turns);
    return parse(text, reviver) as unknown;
  });
  count();
  try {
    const responses = await Promise.all(Array.from({ length: 20 }, () => post(`{"quantity":1${' '.repeat(59_986)}}`)));
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(201));
  } finally {
    clearImmediate(next);
    spy.mockRestore();
  }
  expect(readIn).toHaveLength(20);
  expect(new Set(readIn).size).toBe(20);
});

it.each([
  ['numbers', `{"lines":[${'1,'.repeat(2_000)}1]}`],
  ['empty objects', `{"lines":[${'{},'.repeat(1_000)}{}]}`],
  ['deep lists', `{"lines":${'['.repeat(2_000)}${']'.repeat(2_000)}}`],
  ['members', `{${Array.from({ length: 2_001 }, (_, n) => `"member${n}":1`).join()}}`],
])('a body of too many values is refused before it is parsed (%s)', async (_, payload) => {
  const parse = jest.spyOn(JSON, 'parse');
  const response = await post(payload);
  const read = parse.mock.calls.filter(([text]) => text === payload);
  parse.mockRestore();
  expect([response.statusCode, response.json<{ detail: string }>().detail, read]).toEqual([
    400,
    'The body has more than 2000 values',
    [],
  ]);
});

it('commas and brackets in texts are no values', async () => {
  expect((await post(`{"lines":[{"a":"${'[{,'.repeat(2_000)}"}],"quantity":1}`)).statusCode).toBe(201);
});

it.each(['null', '1', '"text"', '[]', 'true'])(
  'a body that is %s is reported once as not being an object',
  async (payload) => {
    const response = await post(payload);
    expect(response.statusCode).toBe(400);
    expect(response.json<{ errors: object[] }>().errors).toMatchObject([{ pointer: '#' }]);
  },
);

describe('a JSON text is refused', () => {
  it.each([
    ['a member given twice', '{"quantity":1,"quantity":2}'],
    ['a member given twice in an object of a list', '{"lines":[{"a":1},{"b":[],"b":":"}]}'],
    ['the same name written in two ways', '{"quantity":1,"quantit\\u0079":2}'],
    ['a member called __proto__', '{"__proto__":{"quantity":1}}'],
    ['a member called __proto__ deep inside', '{"lines":[{"__proto__":1}]}'],
    ['a member called constructor', '{"constructor":1}'],
    ['a member called toString', '{"toString":1}'],
    ['a member called hasOwnProperty', '{"hasOwnProperty":1}'],
    ['a member called valueOf', '{"valueOf":1}'],
    ['broken JSON', '{"quantity":1'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a byte order mark', '\ufeff{}'],
    ['nothing but spaces', '   '],
    ['a deep nest', '['.repeat(30_000) + ']'.repeat(30_000)],
  ])('for %s', async (_, payload) => {
    const response = await post(payload);
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      400,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  it('but not for colons in texts, or the same name in two objects', async () => {
    const response = await post('{"lines":[{"a:b":"c:\\"d\\":\\\\"},{"a:b":{"a:b":[":"]}}],"quantity":1}');
    expect(response.statusCode).toBe(201);
  });
});

describe('a query string is refused', () => {
  it.each([
    'constructor=1',
    'toString=1',
    'hasOwnProperty=1',
    'valueOf=1',
    '__proto__=1',
    '__proto__[limit]=1',
    'limit[]=1',
    'limit=0x10',
    'limit=1e2',
    'limit=%201',
    'limit=1.0',
    'limit=%2B1',
    'limit=',
    'limit=-1',
    'limit=1&limit=2',
    'from=2026-02-30T12:00:00Z',
    'from=2026-13-01T12:00:00Z',
    'from=2026-01-31T24:00:00Z',
    'from=2026-01-31T12:60:00Z',
    'from=2026-01-31T12:00:00%2B24:00',
    'from=2025-02-29T12:00:00Z',
    'from=2026-01-31',
    `from=2026-01-31T12:00:00.${'0'.repeat(44)}Z`,
    'cursor=nonsense',
  ])('%s', async (query) => {
    const response = await app.inject(`/baskets?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json<{ errors: { parameter: string }[] }>().errors[0]?.parameter).toBe(query.split('=')[0]);
  });

  it.each([
    ['limit=100', { limit: 100 }],
    ['from=2028-02-29T12:00:00Z', { limit: 50, from: '2028-02-29T12:00:00.000Z' }],
    ['from=2026-01-31T12:00:00.123456789012345678Z', { limit: 50, from: '2026-01-31T12:00:00.123Z' }],
    ['from=2026-01-31t12:00:00.5%2B01:30', { limit: 50, from: '2026-01-31T10:30:00.500Z' }],
  ])('but not %s', async (query, expected) => {
    expect((await app.inject(`/baskets?${query}`)).json()).toEqual(expected);
  });
});
