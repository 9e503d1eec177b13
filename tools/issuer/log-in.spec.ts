import { createHash, randomBytes } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalIssuer } from '../stack/local-issuer.mjs';
import { freePort } from '../stack/ports.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';
import { AUDIENCE, DOCS_CLIENT, type Role, ROLES, SCOPES } from './roles.mjs';

const ORIGIN = 'http://localhost:3001';
const REDIRECT_URI = `${ORIGIN}/docs/oauth2-redirect.html`;
const START_TIMEOUT_MS = 60_000;

let issuer: string;
let group: Awaited<ReturnType<typeof startLocalIssuer>>;

beforeAll(async () => {
  const folder = temporaryFolder();
  const port = await freePort();
  issuer = `http://localhost:${port}`;
  group = await startLocalIssuer({ port, origins: [ORIGIN], folder, logFile: `${folder}/issuer.log` });
}, START_TIMEOUT_MS);
afterAll(() => group.stop());

/** A browser's requests: it keeps cookies, and the test follows its redirects. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(new URL(url, issuer), { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';')[0]?.split('=') ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }
}

const targetOf = (response: Response) => String(response.headers.get('location'));

/** As the page at `/docs` logs in: it asks for all scopes, and someone chooses a role. */
async function logIn(form: Record<string, string>, verifier: string): Promise<URL> {
  const browser = new Browser();
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: DOCS_CLIENT,
    redirect_uri: REDIRECT_URI,
    scope: SCOPES.join(' '),
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const page = targetOf(await browser.request(`/auth?${query}`));
  expect(await (await browser.request(page)).text()).toContain('choose who you are');
  const chosen = await browser.request(page, { method: 'POST', body: new URLSearchParams(form) });
  return new URL(targetOf(await browser.request(targetOf(chosen))), issuer);
}

async function exchange(code: string, verifier: string): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: DOCS_CLIENT,
    redirect_uri: REDIRECT_URI,
    code,
    code_verifier: verifier,
  });
  return fetch(`${issuer}/token`, { method: 'POST', body, headers: { origin: ORIGIN } });
}

describe('the login of the pages at /docs', () => {
  it.each<[Role, Record<string, string>, object]>([
    ['customer', { role: 'customer', customerId: 'CUST-7' }, { sub: 'CUST-7', customer_id: 'CUST-7' }],
    ['staff', { role: 'staff', customerId: 'CUST-7' }, { sub: 'staff' }],
    ['operator', { role: 'operator' }, { sub: 'operator' }],
  ])('asks once, and gives a %s the scopes of that role alone', async (role, form, claims) => {
    const verifier = randomBytes(32).toString('base64url');
    const end = await logIn(form, verifier);
    expect(`${end.origin}${end.pathname}`).toBe(REDIRECT_URI);
    const response = await exchange(String(end.searchParams.get('code')), verifier);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    const { access_token: token } = (await response.json()) as { access_token: string };
    const payload = JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString());
    expect(payload).toMatchObject({ iss: issuer, aud: AUDIENCE, ...claims });
    expect(payload.scope.split(' ').sort()).toEqual([...ROLES[role]].sort());
    if (role !== 'customer') expect(payload).not.toHaveProperty('customer_id');
  });

  it('gives no token for a code that another page began with', async () => {
    const end = await logIn({ role: 'staff' }, randomBytes(32).toString('base64url'));
    const response = await exchange(String(end.searchParams.get('code')), randomBytes(32).toString('base64url'));
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  });
});

describe('a request to the issuer', () => {
  const statusFor = async (path: string, host: string) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${issuer}${path}`, { headers: { host } }, resolve).on('error', reject);
    });
    response.resume();
    return response.statusCode;
  };
  const port = () => new URL(issuer).port;

  it.each(['/jwks', '/.well-known/openid-configuration', '/interaction/x', '/nowhere'])(
    'to %s is misdirected if its Host is another than of this machine, such as of a page that rebinds its name',
    async (path) => {
      const foreign = [
        `attacker.example:${port()}`,
        `localhost.attacker.example:${port()}`,
        'localhost',
        'localhost:1',
      ];
      for (const host of foreign) expect([host, await statusFor(path, host)]).toEqual([host, 421]);
    },
  );

  it.each(['localhost', '127.0.0.1'])('may name it %s', async (name) => {
    expect(await statusFor('/jwks', `${name}:${port()}`)).toBe(200);
  });
});
