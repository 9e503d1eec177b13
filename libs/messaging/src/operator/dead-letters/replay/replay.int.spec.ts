import { describe, expect, it } from '@jest/globals';
import { PermanentError } from '../../../envelope/message-errors.js';
import { eventually } from '../../../testing/test-kafka.js';
import {
  broken,
  theApp,
  query,
  database,
  connect,
  start,
  writeOutbox,
  message,
  effects,
  states,
  idOf,
  audited,
  givenUp,
  useOperatorApp,
} from '../../../../test/operator-app.js';

useOperatorApp();

describe('a replay', () => {
  it('that works releases the successors of its key in order', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2'], ['a', 'a3']);
    broken.clear();
    const { status, body } = await theApp().post(`/${await idOf('a1')}/replay`);
    expect([status, body.status, body.attempts]).toEqual([200, 'REPLAYED', 3]);
    expect(body.history.map(({ by, errorCode }: Record<string, unknown>) => `${by} ${errorCode}`)).toEqual([
      'delivery TYPE_ERROR',
      'retry TYPE_ERROR',
      'replay null',
    ]);
    await eventually(async () => (await effects()).length === 3, 'its successors follow');
    expect(await effects()).toEqual(['a1', 'a2', 'a3']);
    expect(await states()).toEqual(['a1 REPLAYED']);
  });

  it('takes effect once if the request is repeated with its key, and so does a discard', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1']);
    broken.clear();
    const [a, b] = [await idOf('a1'), await idOf('b1')];
    for (const act of [`/${a}/replay`, `/${b}/discard`]) {
      const post = () => theApp().post(act, act.endsWith('discard') ? { reason: 'a test' } : undefined, 'k-1');
      const first = await post();
      expect(first.status).toBe(200);
      expect(await post()).toEqual(first);
    }
    const all = () => theApp().post('/replay', { all: true }, 'k-1');
    expect(await all()).toEqual(await all());
    expect(await audited()).toEqual(['REPLAY_ALL DONE', 'DISCARD DONE', 'REPLAY DONE']);
    expect(await effects()).toEqual(['a1']);
  });

  it('that fails leaves the dead letter open without an effect, and records the attempt', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    const before = (await theApp().get(`/${await idOf('a1')}`)).body.attempts;
    const { status, body } = await theApp().post(`/${await idOf('a1')}/replay`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ status: 422, errorCode: 'TYPE_ERROR', errorMessage: 'a1 is broken' });
    expect((await theApp().get(`/${await idOf('a1')}`)).body.attempts).toBe(before + 1);
    expect(await effects()).toEqual([]);
    expect(await states()).toEqual(['a1 OPEN', 'a2 BLOCKED']);
  });

  it('of a type that only another version handles changes nothing', async () => {
    await theApp().park(message('a', 'newer'), new PermanentError('DATA_INVALID', 'as the other version said'));
    const [{ id }] = (await theApp().get('')).body.data;
    expect(await theApp().post(`/${id}/replay`)).toMatchObject({
      status: 422,
      body: { errorCode: 'EVENT_TYPE_NOT_HANDLED' },
    });
    expect((await theApp().get('')).body.data).toMatchObject([{ id, status: 'OPEN', attempts: 1 }]);
  });

  it('of a message behind another one is refused, and names the head', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    broken.clear();
    const { status, body } = await theApp().post(`/${await idOf('a2')}/replay`);
    expect(status).toBe(409);
    expect(body.behind).toBe(await idOf('a1'));
    expect(body.detail).toContain(await idOf('a1'));
    expect(await effects()).toEqual([]);
  });

  it('takes effect once, despite concurrent operators, replicas and deliveries', async () => {
    broken.add('a1');
    const delivered = message('a', 'a1');
    await theApp().consume(delivered);
    await eventually(async () => (await states())[0] === 'a1 OPEN', 'it is given up');
    broken.clear();
    const other = await start(await connect());
    const id = await idOf('a1');
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => theApp().post(`/${id}/replay`)),
      ...Array.from({ length: 3 }, () => other.post(`/${id}/replay`)),
      other.consume(delivered).then(() => ({ status: 0 })),
    ]);
    await other.stop();
    expect(answers.map(({ status }) => status).sort()).toEqual([0, 200, 409, 409, 409, 409, 409, 409, 409]);
    await theApp().consume(delivered);
    expect(await effects()).toEqual(['a1']);
  });
});

describe('a discard', () => {
  it.each([[{}], [{ reason: '' }], [{ reason: ' ' }], [{ reason: 7 }]])('needs a reason, not %j', async (body) => {
    await givenUp(['a', 'a1']);
    expect((await theApp().post(`/${await idOf('a1')}/discard`, body)).status).toBe(400);
    expect(await states()).toEqual(['a1 OPEN']);
  });

  it('of the head lets the next message follow, without the effect of the head', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    broken.clear();
    const id = await idOf('a1');
    const { status, body } = await theApp().post(`/${id}/discard`, { reason: 'a test' });
    expect([status, body.status]).toEqual([200, 'DISCARDED']);
    expect(body.acts).toMatchObject([{ act: 'DISCARD', outcome: 'DONE', reason: 'a test' }]);
    await eventually(async () => (await effects()).length === 1, 'the next follows');
    expect(await effects()).toEqual(['a2']);
    expect((await theApp().post(`/${id}/discard`, { reason: 'again' })).status).toBe(409);
    expect((await theApp().post(`/${id}/replay`)).status).toBe(409);
  });

  it('of a message in the middle removes it from its sequence', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2'], ['a', 'a3']);
    broken.clear();
    await theApp().post(`/${await idOf('a2')}/discard`, { reason: 'not this one' });
    expect(await effects()).toEqual([]);
    await theApp().post(`/${await idOf('a1')}/replay`);
    await eventually(async () => (await effects()).length === 2, 'the rest follows');
    expect(await effects()).toEqual(['a1', 'a3']);
  });
});

describe('a dry run', () => {
  const dryRun = (id: string) => theApp().post(`/${id}/replay?dryRun=true`);
  const traces = async () =>
    (
      await query(
        `SELECT (SELECT json_agg(m) FROM parked_messages m) AS m, (SELECT json_agg(q) FROM parked_sequences q) AS q,
           (SELECT json_agg(a) FROM parked_attempts a) AS a, (SELECT json_agg(e) FROM effects e) AS e,
           (SELECT json_agg(o) FROM outbox o) AS o`,
      )
    )[0];

  it('shows what a replay would write and publish, and leaves no trace of it', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    broken.clear();
    await query(`INSERT INTO effects (what) VALUES ('before')`);
    await database().transaction((tx) => writeOutbox(tx, [{ topic: 'told', key: 'other', headers: {}, value: null }]));
    const before = await traces();
    for (const what of ['a1', 'a2']) {
      const { status, body } = await dryRun(await idOf(what));
      expect(status).toBe(200);
      expect(body).toEqual({
        outcome: 'WORKS',
        writes: [
          { table: 'effects', inserted: 1, updated: 0, deleted: 0 },
          { table: 'outbox', inserted: 1, updated: 0, deleted: 0 },
        ],
        publishes: [{ topic: 'told', key: what, type: 'TOLD', data: { n: what } }],
        errorCode: null,
        errorMessage: null,
        errorStack: null,
      });
    }
    expect(await traces()).toEqual(before);
    expect(await audited()).toEqual(['DRY_RUN DONE', 'DRY_RUN DONE']);
  });

  it('shows how a replay would fail, and does not count as an attempt', async () => {
    await givenUp(['a', 'a1']);
    const before = await traces();
    const { status, body } = await dryRun(await idOf('a1'));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      outcome: 'FAILS',
      writes: [],
      publishes: [],
      errorCode: 'TYPE_ERROR',
      errorMessage: 'a1 is broken',
      errorStack: expect.stringContaining('a1 is broken'),
    });
    expect(await traces()).toEqual(before);
    expect(await audited()).toEqual(['DRY_RUN FAILED']);
  });

  it('of a settled message is refused', async () => {
    await givenUp(['a', 'a1']);
    const id = await idOf('a1');
    await theApp().post(`/${id}/discard`, { reason: 'a test' });
    expect((await dryRun(id)).status).toBe(409);
    expect((await theApp().post(`/${id}/replay?dryRun=perhaps`)).status).toBe(400);
  });
});
