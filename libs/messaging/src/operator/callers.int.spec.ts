import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Scope } from '@orderflow/auth';
import { TestIssuer } from '@orderflow/auth/testing';
import {
  type App,
  broken,
  connect,
  givenUp,
  idOf,
  query,
  start,
  states,
  useOperatorApp,
} from '../../test/operator-app.js';

useOperatorApp();

let issuer: TestIssuer;
let app: App;

beforeAll(async () => {
  issuer = await TestIssuer.start();
});
beforeEach(async () => {
  app = await start(await connect(), { verifier: issuer.verifier() });
});
afterEach(() => app.stop());
afterAll(() => issuer.stop());

const as = async (sub: string, ...scopes: Scope[]) => app.as(await issuer.token({ sub, scope: scopes.join(' ') }));
const operator = () => as('olga', 'operations:read', 'operations:write');
const reader = () => as('rita', 'operations:read', 'operations:write', 'payloads:read');

const WITHHELD = { value: null, valueEncoding: null, headers: null, errorStack: null };
const SHOWN = { valueEncoding: 'utf8', headers: [], errorStack: expect.stringContaining('is broken') };

/** @returns its position */
async function rejectedEvent(): Promise<string> {
  const [row] = await query<{ position: string }>(
    `INSERT INTO outbox (topic, key, headers, value, relay_after, rejection)
     VALUES ('told', 'a', '{"ce_type": "TOLD", "secret": "s3cr3t"}', 'large', now(), 'it is too large') RETURNING position`,
  );
  return row?.position ?? '';
}

describe('the payload of a parked message', () => {
  it('is shown only to those who may read payloads, whatever they do with the message', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1']);
    broken.clear();
    const [a, b] = [await idOf('a1'), await idOf('b1')];
    const [olga, rita] = [await operator(), await reader()];
    const found = await olga.get(`/${a}`);
    expect(found).toMatchObject({ status: 200, body: { id: a, key: 'a', errorMessage: 'a1 is broken', ...WITHHELD } });
    expect((await rita.get(`/${a}`)).body).toMatchObject({ value: 'a1', ...SHOWN });
    expect((await olga.post(`/${a}/replay`)).body).toMatchObject({ status: 'REPLAYED', ...WITHHELD });
    expect((await olga.post(`/${b}/discard`, { reason: 'a test' })).body).toMatchObject({
      status: 'DISCARDED',
      ...WITHHELD,
    });
    expect((await rita.get(`/${b}`)).body).toMatchObject({ value: 'b1', ...SHOWN });
  });

  it('is not shown by a dry run either, which is forbidden', async () => {
    await givenUp(['a', 'a1']);
    const id = await idOf('a1');
    for (const each of [id, '01a20a1d-3502-7688-9689-0e41c380fa7b', 'nonsense']) {
      const refused = await (await operator()).post(`/${each}/replay?dryRun=true`);
      expect([refused.status, refused.challenge]).toEqual([
        403,
        'Bearer realm="orderflow", error="insufficient_scope", scope="payloads:read"',
      ]);
    }
    const onlyReading = await as('rob', 'operations:read', 'payloads:read');
    expect((await onlyReading.post(`/${id}/replay?dryRun=true`)).challenge).toContain('scope="operations:write"');
    expect((await (await reader()).get('/audit')).body.data).toEqual([]);
    expect((await (await reader()).post(`/${id}/replay?dryRun=true`)).body).toMatchObject({ outcome: 'FAILS' });
    expect(await states()).toEqual(['a1 OPEN']);
  });

  it('is not enough to see the message', async () => {
    const onlyPayloads = await as('rob', 'payloads:read');
    expect((await onlyPayloads.get('/01a20a1d-3502-7688-9689-0e41c380fa7b')).status).toBe(403);
    expect((await onlyPayloads.rejected()).status).toBe(403);
  });
});

describe('the headers of a rejected event', () => {
  it('are shown only to those who may read payloads, in the audit too', async () => {
    const [first, second] = [await rejectedEvent(), await rejectedEvent()];
    const [olga, rita] = [await operator(), await reader()];
    const secret = expect.arrayContaining([{ name: 'secret', value: 's3cr3t', encoding: 'utf8' }]);
    expect((await olga.rejected()).body.data).toMatchObject([
      { position: first, eventType: 'TOLD', bytes: 5, headers: null },
      { position: second, headers: null },
    ]);
    expect((await rita.rejected('?limit=1')).body.data).toMatchObject([{ position: first, headers: secret }]);
    expect((await olga.retryRejected(first)).body).toMatchObject({ position: first, headers: null });
    const trusted = await as('olga', 'operations:write', 'payloads:read');
    for (const [who, headers] of [
      [trusted, secret],
      [olga, null], // a repetition
    ] as const) {
      const discarded = await who.discardRejected(second, { reason: 'a test' }, 'k-1');
      expect(discarded.body).toMatchObject({ position: second, headers });
    }
    for (const [who, headers] of [
      [olga, null],
      [rita, { ce_type: 'TOLD', secret: 's3cr3t' }],
    ] as const) {
      const { data } = (await who.get('/audit')).body;
      expect(data).toMatchObject([
        { act: 'DISCARD_REJECTED', details: { position: second, topic: 'told', headers } },
        { act: 'RETRY_REJECTED', details: { position: first, topic: 'told', headers } },
      ]);
    }
  });
});

describe('the audit', () => {
  it('names who did it, whatever the act and its outcome', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2'], ['b', 'b1']);
    const [a1, a2, b1] = [await idOf('a1'), await idOf('a2'), await idOf('b1')];
    const [olga, rita] = [await operator(), await reader()];
    await olga.post(`/${a1}/replay`); // fails
    await rita.post(`/${a2}/replay`); // refused
    await rita.post(`/${a1}/replay?dryRun=true`);
    await olga.post(`/${b1}/discard`, { reason: 'a test' });
    await rita.post(`/${b1}/discard`, { reason: 'again' }); // refused
    broken.clear();
    await olga.post('/replay', { all: true });
    await rita.retryRejected(await rejectedEvent());
    await olga.discardRejected(await rejectedEvent(), { reason: 'a test' });
    const { data } = (await rita.get('/audit')).body;
    expect(
      data.map(({ act, outcome, actor }: Record<string, unknown>) => `${act} ${outcome} by ${actor}`).reverse(),
    ).toEqual([
      'REPLAY FAILED by olga',
      'REPLAY REFUSED by rita',
      'DRY_RUN FAILED by rita',
      'DISCARD DONE by olga',
      'DISCARD REFUSED by rita',
      'REPLAY_ALL DONE by olga',
      'REPLAY DONE by olga',
      'RETRY_REJECTED DONE by rita',
      'DISCARD_REJECTED DONE by olga',
    ]);
    expect((await olga.get(`/${b1}`)).body.acts).toMatchObject([{ actor: 'olga' }, { actor: 'rita' }]);
  });
});
