import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { CUSTOMER_ID, ROLES } from './roles.mjs';

it('a customer’s id is one that the services take', () => {
  expect(['CUST-123', 'a', 'x'.repeat(64)].filter((id) => !CUSTOMER_ID.test(id))).toEqual([]);
  expect(['', 'CUST 1', 'x'.repeat(65), 'CUST-ä'].filter((id) => CUSTOMER_ID.test(id))).toEqual([]);
});

it('each scope belongs to a role', () => {
  const source = readFileSync(new URL('../../libs/auth/src/scopes.ts', import.meta.url), 'utf8');
  const scopes = [...source.matchAll(/^ {2}'?([\w:]+)'?:\s+'/gm)].map(([, scope]) => scope);
  expect(scopes.length).toBeGreaterThan(5);
  expect([...new Set(Object.values(ROLES).flat())].sort()).toEqual(scopes.sort());
});
