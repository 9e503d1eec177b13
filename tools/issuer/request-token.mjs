import { Failure } from '../stack/failure.mjs';
import { readKeys } from './keys.mjs';
import { CUSTOMER_CLAIM, ROLES } from './roles.mjs';

const TIMEOUT_MS = 5_000;

/**
 * @param {{ port: number, folder: string, role: import('./roles.mjs').Role, customerId?: string }} options the folder keeps the
 *   secret of the issuer's clients
 * @returns {Promise<string>} an access token of the local issuer
 * @throws {Failure}
 */
export async function requestToken({ port, folder, role, customerId }) {
  const { secret } = readKeys(folder);
  const url = `http://localhost:${port}/token`;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: ROLES[role].join(' '),
    ...(customerId && { [CUSTOMER_CLAIM]: customerId }),
  });
  const authorization = `Basic ${Buffer.from(`${role}:${secret}`).toString('base64')}`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method: 'POST', body, headers: { authorization }, signal }).catch(
    () => undefined,
  );
  if (!response) throw new Failure(`The local issuer cannot be reached at ${url}: start it by npm start -- --auth`);
  const answer = /** @type {{ access_token?: string, error_description?: string }} */ (await response.json());
  const { access_token: token, error_description: reason } = answer;
  if (!token) throw new Failure(`The issuer gives no token: ${reason}`);
  return token;
}
