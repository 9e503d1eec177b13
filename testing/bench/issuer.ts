import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUDIENCE, CUSTOMER_CLAIM, ROLES, type Role } from '../../tools/issuer/roles.mjs';
import type { Headers } from '../load/client.ts';
import { es256, tokenOf } from '../load/sign-token.ts';

const VALID_SECONDS = 86_400;
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'bench' };

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

/** Signs tokens in this process, and serves its key. */
export async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: HEADER.kid, alg: HEADER.alg }] });
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(keys));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** of services that demand its tokens */
    variables: {
      AUTH: 'oauth2',
      AUTH_ISSUER: url,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_URL: url,
      AUTH_CUSTOMER_CLAIM: CUSTOMER_CLAIM,
    },
    headersOf: (role: Role, customerId?: string): Headers => {
      const iat = Math.floor(Date.now() / 1_000);
      const times = { iat, exp: iat + VALID_SECONDS };
      const who = { sub: customerId ?? role, ...(customerId !== undefined && { [CUSTOMER_CLAIM]: customerId }) };
      const claims = { iss: url, aud: AUDIENCE, scope: ROLES[role].join(' '), ...times, ...who };
      return { authorization: `Bearer ${tokenOf(HEADER, claims, es256(privateKey))}` };
    },
    close: () => server.close(),
  };
}
