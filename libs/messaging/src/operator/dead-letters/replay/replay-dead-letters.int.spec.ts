import { describe, expect, it } from '@jest/globals';
import {
  broken,
  theApp,
  connect,
  mostAtOnce,
  countAnew,
  start,
  effects,
  idOf,
  audited,
  givenUp,
  useOperatorApp,
} from '../../../../test/operator-app.js';

useOperatorApp();

describe('a replay of all matching dead letters', () => {
  const many = (count: number): [string, string][] =>
    Array.from({ length: count }, (_, n) => [`k${String(n).padStart(2, '0')}`, `m${n}`]);

  it('works in growing steps, a few at once, in the order of keys', async () => {
    await givenUp(...many(32).reverse());
    broken.clear();
    countAnew();
    const { status, body } = await theApp().post('/replay', { all: true });
    expect(status).toBe(200);
    expect(body).toEqual({
      matched: 32,
      replayed: 32,
      failed: 0,
      skipped: 0,
      remaining: 0,
      steps: [1, 2, 5, 20, 4],
      failure: null,
    });
    expect((await effects()).slice(0, 1)).toEqual(['m0']);
    expect((await effects()).slice(1, 3).sort()).toEqual(['m1', 'm2']);
    expect(mostAtOnce()).toBeLessThanOrEqual(4);
    const [entry] = (await theApp().get('/audit?limit=40')).body.data.slice(-1);
    expect(entry).toMatchObject({ act: 'REPLAY_ALL', outcome: 'DONE', details: { filter: {}, replayed: 32 } });
    expect((await audited()).length).toBe(33);
  });

  it('stops at the first failure, and returns it', async () => {
    await givenUp(...many(20));
    broken.clear();
    broken.add('m3');
    const { body } = await theApp().post('/replay', { all: true });
    expect(body).toMatchObject({
      matched: 20,
      failed: 1,
      failure: { id: await idOf('m3'), errorCode: 'TYPE_ERROR', errorMessage: 'm3 is broken' },
    });
    expect(body.replayed + body.failed + body.remaining).toBe(20);
    expect(body.remaining).toBeGreaterThanOrEqual(12);
    expect((await effects()).slice(0, 3).sort()).toEqual(['m0', 'm1', 'm2']);
    expect((await theApp().get('/audit')).body.data.at(-1)).toMatchObject({
      outcome: 'FAILED',
      reason: expect.stringContaining('m3 is broken'),
    });
  });

  it('replays only dead letters that match', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1']);
    broken.clear();
    expect((await theApp().post('/replay', { key: 'b' })).body).toMatchObject({ matched: 1, replayed: 1 });
    expect(await effects()).toEqual(['b1']);
    expect((await theApp().post('/replay', { errorCode: 'NO_SUCH' })).body).toMatchObject({ matched: 0, steps: [] });
    expect((await theApp().post('/replay', { colour: 'red' })).status).toBe(400);
  });

  it.each([[undefined], [{}], [{ key: null }], [{ all: false }], [{ all: 'true' }], [{ all: true, key: 'a' }]])(
    'is not what %j says',
    async (body) => {
      await givenUp(['a', 'a1']);
      broken.clear();
      expect((await theApp().post('/replay', body)).status).toBe(400);
      expect(await effects()).toEqual([]);
    },
  );

  it('accepts a filter or all', async () => {
    await givenUp(['a', 'a1']);
    broken.clear();
    expect((await theApp().post('/replay', { all: true, key: null })).body).toMatchObject({ replayed: 1 });
  });

  it('takes effect once if two operators start it at the same time', async () => {
    await givenUp(...many(12));
    broken.clear();
    const other = await start(await connect());
    const [one, two] = await Promise.all([
      theApp().post('/replay', { all: true }),
      other.post('/replay', { all: true }),
    ]);
    await other.stop();
    expect(one.body.replayed + two.body.replayed).toBe(12);
    expect((await effects()).sort()).toEqual(
      many(12)
        .map(([, what]) => what)
        .sort(),
    );
  });
});
