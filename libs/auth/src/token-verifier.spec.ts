import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { base64url, generateKeyPair } from 'jose';
import { IssuerUnavailable, Unauthenticated } from './denied.js';
import { type TestClaims, TestIssuer } from './testing/index.js';
import { issuerKeys } from './issuer-keys.js';
import { TokenVerifier } from './token-verifier.js';

let issuer: TestIssuer;
let verifier: TokenVerifier;
const failures: Error[] = [];

beforeEach(async () => {
  failures.length = 0;
  issuer = await TestIssuer.start();
  verifier = issuer.verifier((error) => failures.push(error));
});
afterEach(async () => {
  jest.useRealTimers();
  await issuer.stop();
});

/** @returns moves all clocks on; what is sent and received takes real time */
function withFakeTimers(): (ms: number) => void {
  jest.useFakeTimers({ now: Date.now(), doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  jest.advanceTimersByTime(1); // lru-cache takes a time of 0 for none
  return (ms) => void jest.advanceTimersByTime(ms);
}

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const verify = async (claims?: TestClaims) => verifier.verify(`Bearer ${await issuer.token(claims)}`);
const invalid = (message: RegExp | string) =>
  expect.objectContaining({ name: 'Unauthenticated', error: 'invalid_token', message: expect.stringMatching(message) });
const encode = (part: object) => base64url.encode(JSON.stringify(part));

describe('a token', () => {
  it('says who the caller is, and what it allows', async () => {
    const claims = { sub: 'jo', scope: 'customer orders:read', customer_id: 'CUST-1' };
    expect(await verify(claims)).toEqual({
      subject: 'jo',
      scopes: new Set(['customer', 'orders:read']),
      customerId: 'CUST-1',
      expiresAt: expect.any(Number),
    });
    expect(await verify()).toMatchObject({ subject: 'someone', scopes: new Set(), customerId: undefined });
  });

  it.each<[string, TestClaims, RegExp]>([
    ['of another issuer', { iss: 'https://evil.example/' }, /iss of the token is not accepted/],
    ['for another audience', { aud: 'billing' }, /aud of the token is not accepted/],
    ['that has expired', { expiresIn: -10 }, /has expired/],
    ['that never expires', { expiresIn: null }, /exp of the token is not accepted/],
    ['that is not valid yet', { notBefore: 60 }, /nbf of the token is not accepted/],
    ['that is an ID token', { typ: 'JWT' }, /typ of the token is not accepted/],
    ['without a subject', { sub: '' }, /sub of the token must have/],
    ['with an endless subject', { sub: 'x'.repeat(256) }, /sub of the token must have/],
    ['with a control character in its subject', { sub: 'jo\0' }, /sub of the token must have/],
    ['with several subjects', { sub: ['jo', 'al'] }, /sub of the token must have/],
    ['with null as its subject', { sub: null }, /sub of the token must have/],
  ])('%s is refused', async (_, claims, message) => {
    await expect(verify(claims)).rejects.toEqual(invalid(message));
  });

  it.each([7, ['CUST-1'], '', 'CUST\0', 'x'.repeat(65)])('names no customer by %j', async (customer_id) => {
    expect(await verify({ scope: 'customer', customer_id })).toMatchObject({ customerId: undefined });
  });

  it('may be a few seconds too old or too young: clocks differ', async () => {
    expect(await verify({ expiresIn: -2 })).toBeDefined();
    expect(await verify({ notBefore: 3 })).toBeDefined();
  });

  it('is refused with alg none', async () => {
    const [, payload = ''] = (await issuer.token()).split('.');
    const unsigned = `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
    await expect(verifier.verify(`Bearer ${unsigned}`)).rejects.toBeInstanceOf(Unauthenticated);
    const forged = `${encode({ alg: 'none', typ: 'at+jwt', kid: 'k-1' })}.${payload}.AAAA`;
    await expect(verifier.verify(`Bearer ${forged}`)).rejects.toEqual(invalid(/alg of the token must be one of/));
  });

  it('is refused if the public key signs it as a shared secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(issuer.publicKey));
    const token = await issuer.token({}, secret, 'HS256');
    await expect(verifier.verify(`Bearer ${token}`)).rejects.toEqual(invalid(/alg of the token must be one of/));
  });

  it('is refused if another key signs it', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const token = await issuer.token({}, privateKey);
    await expect(verifier.verify(`Bearer ${token}`)).rejects.toEqual(invalid(/signature of the token is not valid/));
  });

  it('is refused if its claims are changed', async () => {
    const [header, payload = '', signature] = (await issuer.token({ scope: 'customer' })).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = [header, encode({ ...claims, scope: 'operations:write' }), signature].join('.');
    await expect(verifier.verify(`Bearer ${changed}`)).rejects.toEqual(invalid(/signature of the token is not valid/));
  });

  it.each(['', 'Basic am86cHc=', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(8_192)}`])(
    'is demanded instead of %.20s',
    async (header) => {
      await expect(verifier.verify(header)).rejects.toMatchObject({ error: 'invalid_request' });
    },
  );

  it.each(['x', 'x.y.z', 'a.b.c.d.e'])('is demanded instead of the text %s', async (text) => {
    await expect(verifier.verify(`Bearer ${text}`)).rejects.toEqual(invalid(/not a signed JWT/));
  });

  it('is demanded if there is none', async () => {
    await expect(verifier.verify(undefined)).rejects.toMatchObject({ name: 'Unauthenticated', error: undefined });
  });
});

describe('a token that was valid', () => {
  it('is not verified again for a minute, but never beyond its time', async () => {
    const advance = withFakeTimers();
    const { issuer: name, audience, jwksUrl } = issuer;
    const keys = issuerKeys({ jwksUrl, onFailure: () => undefined });
    let lookups = 0;
    verifier = new TokenVerifier({ issuer: name, audience, customerClaim: 'customer_id' }, (...header) => {
      lookups += 1;
      return keys(...header);
    });
    const [long, short] = [`Bearer ${await issuer.token()}`, `Bearer ${await issuer.token({ expiresIn: 20 })}`];
    for (const token of [long, short, long, short]) await verifier.verify(token);
    expect(lookups).toBe(2);
    advance(30_000);
    await expect(verifier.verify(short)).rejects.toEqual(invalid(/expired/));
    await verifier.verify(long);
    expect(lookups).toBe(3); // the token that has expired
    advance(31_000);
    await verifier.verify(long);
    expect(lookups).toBe(4);
  });
});

describe('the issuer’s keys', () => {
  it('are requested once for many tokens, and again for a new key', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => verify({ sub: `s-${n}` })));
    expect(issuer.requests).toBe(1);
  });

  it('are requested again for an unknown key only after a time', async () => {
    await verify();
    await issuer.rotate();
    for (let n = 0; n < 5; n += 1) await expect(verify({ sub: `s-${n}` })).rejects.toEqual(invalid(/no key/));
    expect(issuer.requests).toBe(1);
    jest.useFakeTimers({
      now: Date.now() + 31_000,
      doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
    });
    try {
      expect(await verify({ expiresIn: 300 })).toBeDefined();
    } finally {
      jest.useRealTimers();
    }
    expect(issuer.requests).toBe(2);
  });

  it('are requested again every five minutes, so that withdrawn ones are forgotten though no token comes', async () => {
    const advance = withFakeTimers();
    verifier = issuer.verifier();
    await verify();
    issuer.failure = { status: 200, body: '{"keys":[]}' };
    advance(300_000);
    await eventually(() => issuer.requests === 2);
    for (const sub of ['someone', 'another']) await expect(verify({ sub })).rejects.toEqual(invalid(/no key/));
  });

  it('remain known for a day while the issuer is away, and no longer', async () => {
    const advance = withFakeTimers();
    const known: boolean[] = [];
    verifier = issuer.verifier((_, areKnown) => void known.push(areKnown));
    await verify();
    await issuer.stop();
    advance(86_399_000);
    expect(await verify({ sub: 'another' })).toMatchObject({ subject: 'another' });
    advance(2_000);
    await eventually(() => known.length > 0);
    advance(6_000);
    await expect(verify({ sub: 'third' })).rejects.toBeInstanceOf(IssuerUnavailable);
    expect([known[0], known.at(-1)]).toEqual([true, false]);
  });

  it.each<[string, TestIssuer['failure']]>([
    ['responds with an error', { status: 500, body: '' }],
    ['responds with something else', { status: 200, body: '<html>' }],
    ['responds with another object', { status: 200, body: '{"error":"maintenance"}' }],
    ['responds with too much', { status: 200, body: ' '.repeat(300_000) }],
  ])('let nobody in while the issuer %s, and are asked for once in a time', async (_, failure) => {
    issuer.failure = failure;
    for (let n = 0; n < 5; n += 1) await expect(verify()).rejects.toBeInstanceOf(IssuerUnavailable);
    expect([issuer.requests, failures.length]).toEqual([1, 1]);
  });

  it('let nobody in while the issuer cannot be reached', async () => {
    const token = await issuer.token();
    await issuer.stop();
    await expect(verifier.verify(`Bearer ${token}`)).rejects.toBeInstanceOf(IssuerUnavailable);
    expect(failures).toHaveLength(1);
  });

  it('remain known while the issuer is away', async () => {
    await verify();
    const other = await issuer.token({ sub: 'another' });
    await issuer.stop();
    expect(await verifier.verify(`Bearer ${other}`)).toMatchObject({ subject: 'another' });
  });
});
