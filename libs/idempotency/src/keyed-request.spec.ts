import { describe, expect, it } from '@jest/globals';
import { ANYONE, type Caller } from '@orderflow/auth';
import { toKeyedRequest } from './keyed-request.js';

const request = ({ key = 'k-1', url = '/orders/o-1/cancel', body = { reason: 'late', n: 1 } as unknown } = {}) => ({
  method: 'POST',
  url,
  routeOptions: { url: '/orders/:orderId/cancel' },
  headers: { 'idempotency-key': key },
  body,
});
const hashOf = (changes: Parameters<typeof request>[0]) => toKeyedRequest(request(changes))?.hash().toString('hex');

describe('toKeyedRequest', () => {
  it('has the key and the operation', () => {
    expect(toKeyedRequest(request({ key: '"k-1"' }))).toMatchObject({
      key: 'k-1',
      operation: 'POST /orders/:orderId/cancel',
    });
  });

  it('has a key of its own for each subject, customer and header, which no header can have', () => {
    const keyOf = (caller: Caller | undefined, key = 'k-1') =>
      toKeyedRequest({ ...request({ key }), caller })?.key ?? '';
    const anna = { ...ANYONE, subject: 'anna', customerId: 'CUST-A' };
    const [someone, ...others] = [{}, { subject: 'ben' }, { customerId: 'CUST-B' }, { customerId: undefined }].map(
      (change) => keyOf({ ...anna, ...change }),
    );
    expect(keyOf({ ...anna, expiresAt: 1 }, '"k-1"')).toBe(someone);
    const all = [someone, ...others, keyOf(anna, 'k-2'), keyOf(ANYONE)];
    expect(new Set(all).size).toBe(all.length);
    expect([someone?.[0], someone?.slice(1)]).toEqual(['\x01', expect.stringMatching(/^[\w-]{43}$/)]);
    expect(() => keyOf(ANYONE, someone)).toThrow(expect.objectContaining({ status: 400 }));
    expect([keyOf(ANYONE), keyOf(undefined)]).toEqual(['k-1', 'k-1']);
  });

  it('is undefined without the header', () => {
    expect(toKeyedRequest({ ...request(), headers: {} })).toBeUndefined();
  });

  it.each(['', '"', 'ключ', 'x'.repeat(256)])('rejects the key %j', (key) => {
    expect(() => toKeyedRequest(request({ key }))).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('hashes what the request says, however it is written', () => {
    expect(hashOf({ body: { n: 1, reason: 'late' } })).toBe(hashOf({}));
    expect(
      toKeyedRequest({ ...request(), body: undefined })
        ?.hash()
        .toString('hex'),
    ).toBe(hashOf({ body: {} }));
    const different = [hashOf({}), hashOf({ body: {} }), hashOf({ url: '/orders/o-2/cancel' })];
    expect(new Set(different).size).toBe(different.length);
  });
});
