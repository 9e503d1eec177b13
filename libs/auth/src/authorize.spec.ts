import { describe, expect, it } from '@jest/globals';
import { authorize, demand } from './authorize.js';
import type { TokenClaims } from './token-verifier.js';

const claims = (scope: string, customerId?: string): TokenClaims => ({
  subject: 'jo',
  scopes: new Set(scope.split(' ')),
  customerId,
  expiresAt: 1,
});

describe('authorize', () => {
  it('binds a caller to the customer of the token if only the scope of customers allows the operation', () => {
    expect(authorize(claims('customer', 'CUST-1'), ['customer', 'orders:read'])).toMatchObject({
      customerId: 'CUST-1',
    });
    expect(authorize(claims('customer orders:write', 'CUST-1'), ['customer', 'orders:read'])).toMatchObject({
      customerId: 'CUST-1',
    });
  });

  it('does not bind a caller whom another scope allows it', () => {
    const caller = authorize(claims('customer orders:read', 'CUST-1'), ['customer', 'orders:read']);
    expect(caller).toMatchObject({ subject: 'jo', customerId: undefined });
    expect([caller.allows('orders:read'), caller.allows('orders:write')]).toEqual([true, false]);
  });

  it.each([
    ['none of the scopes', claims('orders:write stock:read'), ['orders:read'] as const],
    ['no scope at all', claims(''), ['customer', 'orders:read'] as const],
    ['the scope of customers, but no customer', claims('customer'), ['customer', 'orders:read'] as const],
    ['anything, if nothing allows the operation', claims('customer', 'CUST-1'), [] as const],
  ])('forbids it with %s', (_, token, required) => {
    expect(() => authorize(token, required)).toThrow(expect.objectContaining({ name: 'Forbidden', scopes: required }));
  });
});

describe('demand', () => {
  it('admits a caller with the scope, and forbids it without', () => {
    const caller = authorize(claims('operations:read payloads:read'), ['operations:read']);
    expect(() => demand(caller, 'payloads:read')).not.toThrow();
    expect(() => demand(caller, 'orders:write')).toThrow(
      expect.objectContaining({ name: 'Forbidden', scopes: ['orders:write'] }),
    );
  });
});
