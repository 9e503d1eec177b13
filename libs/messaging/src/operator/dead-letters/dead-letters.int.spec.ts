import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../testing/test-kafka.js';
import {
  broken,
  lines,
  theApp,
  query,
  message,
  rows,
  states,
  idOf,
  audited,
  givenUp,
  TOPIC,
  useOperatorApp,
} from '../../../test/operator-app.js';

useOperatorApp();

describe('GET /dead-letters', () => {
  it('lists parked messages in pages, newest first', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1'], ['a', 'a2']);
    const first = await theApp().get('?limit=2');
    expect(first.status).toBe(200);
    expect(first.body.data[0]).toMatchObject({ key: 'a', status: 'BLOCKED', attempts: 0, errorCode: null });
    expect(first.body.data[1]).toMatchObject({ topic: TOPIC, key: 'b', keyEncoding: 'utf8', status: 'OPEN' });
    const second = await theApp().get(`?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ data: [{ key: 'a', errorCode: 'TYPE_ERROR' }], nextCursor: null });
  });

  it('filters', async () => {
    await givenUp(['a', 'a1'], ['b', 'b1'], ['a', 'a2']);
    await theApp().consume(message('c', 'bad', { ce_type: Buffer.from('SAID') }));
    const keysOf = async (query: string) =>
      (await theApp().get(`?${query}`)).body.data.map(({ key }: { key: string }) => key).join('');
    expect(await keysOf('key=a')).toBe('aa');
    expect(await keysOf('status=OPEN')).toBe('cba');
    expect(await keysOf('errorCode=DATA_INVALID')).toBe('c');
    expect(await keysOf('eventType=SAID&topic=events')).toBe('c');
    expect(await keysOf('topic=other')).toBe('');
  });

  it('rejects unknown parameters', async () => {
    for (const query of ['status=DEAD', 'colour=red', 'cursor=eHg', 'limit=0', 'topic=a%00b']) {
      expect((await theApp().get(`?${query}`)).status).toBe(400);
    }
  });
});

describe('the log', () => {
  /** The log lines about the messages of a key, without their offsets. */
  const saidOf = (key: string) =>
    lines
      .filter((line) => line['key'] === key)
      .map(({ level, msg }) => `${level}: ${String(msg).replace(/^events\[0\] offset \d+ /, '')}`);

  it('records how a parked message is settled: by a retry, a replay or a discard', async () => {
    await givenUp(['replayed', 'r1'], ['discarded', 'd1']);
    broken.clear();
    broken.add('w1');
    await theApp().consume(message('worked', 'w1'));
    broken.clear();
    const replayed = await idOf('r1');
    await theApp().post(`/${replayed}/replay`);
    await theApp().post(`/${await idOf('d1')}/discard`, { reason: 'a test' });
    await eventually(async () => saidOf('worked').length > 0, 'the retry has worked');
    const givenUpAs = (what: string) => `error: is a dead letter, tried 2 times: TYPE_ERROR ${what} is broken`;
    expect(saidOf('replayed')).toEqual([givenUpAs('r1'), 'info: is replayed']);
    expect(saidOf('discarded')).toEqual([givenUpAs('d1'), 'info: is discarded: a test']);
    expect(saidOf('worked')).toEqual(['info: is handled, at attempt 2']);
    expect(lines.filter(({ deadLetterId }) => deadLetterId === replayed)).toMatchObject([{ topic: TOPIC }]);
  });

  it('has no line for a replay that fails', async () => {
    await givenUp(['a', 'a1']);
    await theApp().post(`/${await idOf('a1')}/replay`);
    expect(saidOf('a').filter((line) => line.startsWith('info'))).toEqual([]);
  });
});

describe('GET /dead-letters/:id', () => {
  it('shows the complete message and every attempt', async () => {
    const key = Buffer.from([0xff, 0x00]);
    const headers = { list: [Buffer.from('1'), Buffer.from('2')], bytes: Buffer.from([0xfe]) };
    await theApp().consume(message(key, 'bad\u0000', headers));
    const id = (await theApp().get('')).body.data[0].id;
    await theApp().post(`/${id}/replay`);
    const { body } = await theApp().get(`/${id}`);
    expect(body).toMatchObject({
      id,
      key: '/wA=',
      keyEncoding: 'base64',
      value: 'bad\u0000',
      valueEncoding: 'utf8',
      headers: [
        { name: 'list', value: '1', encoding: 'utf8' },
        { name: 'list', value: '2', encoding: 'utf8' },
        { name: 'bytes', value: '/g==', encoding: 'base64' },
      ],
      errorStack: expect.stringContaining('bad'),
      attempts: 2,
      history: [
        { by: 'delivery', errorCode: 'DATA_INVALID' },
        { by: 'replay', errorCode: 'DATA_INVALID' },
      ],
      acts: [{ act: 'REPLAY', outcome: 'FAILED' }],
    });
  });

  it.each(['01a20a1d-3502-7688-9689-0e41c380fa7b', 'nonsense'])('does not know %s', async (id) => {
    for (const { status, body } of [
      await theApp().get(`/${id}`),
      await theApp().post(`/${id}/replay`),
      await theApp().post(`/${id}/replay?dryRun=true`),
      await theApp().post(`/${id}/discard`, { reason: 'x' }),
    ]) {
      expect([status, body.status]).toEqual([404, 404]);
    }
  });
});

describe('the audit', () => {
  it('lists every act with its outcome, newest first', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2']);
    const [a1, a2] = [await idOf('a1'), await idOf('a2')];
    await theApp().post(`/${a1}/replay`);
    await theApp().post(`/${a2}/replay`);
    await theApp().post(`/${a2}/discard`, { reason: 'why not' });
    broken.clear();
    await theApp().post(`/${a1}/replay`);
    expect(await audited()).toEqual(['REPLAY DONE', 'DISCARD DONE', 'REPLAY REFUSED', 'REPLAY FAILED']);
    const { body } = await theApp().get('/audit?limit=1');
    expect(body.data).toMatchObject([{ deadLetterId: a1, at: expect.any(String), reason: null }]);
    expect((await theApp().get(`/audit?limit=3&cursor=${body.nextCursor}`)).body).toMatchObject({
      data: [{ reason: 'why not' }, { reason: expect.stringContaining(a1) }, { reason: 'TYPE_ERROR: a1 is broken' }],
      nextCursor: null,
    });
  });
});

describe('a settled message', () => {
  const age = async (days: number) => {
    const aged = (column: string) => `${column} = ${column} - interval '${days} days'`;
    await query(
      `UPDATE parked_messages SET ${['parked_at', 'first_failed_at', 'last_failed_at', 'settled_at'].map(aged)}`,
    );
    await query(`UPDATE parked_attempts SET ${aged('at')}`);
    await query(`UPDATE dead_letter_audit SET ${aged('at')}`);
  };
  const settle = async (name: string) => {
    await givenUp([name, `${name}1`], [name, `${name}2`]);
    await theApp().post(`/${await idOf(`${name}2`)}/discard`, { reason: 'a test' });
    broken.clear();
    await theApp().post(`/${await idOf(`${name}1`)}/replay`);
  };
  const attempts = () => rows('SELECT DISTINCT message_id::text AS row FROM parked_attempts');

  it('is deleted with its attempts and audit entries after the retention, and not before', async () => {
    await settle('a');
    await age(2);
    await settle('b');
    await age(89);
    await theApp().purge();
    expect(await states()).toEqual(['b1 REPLAYED', 'b2 DISCARDED']);
    expect(await attempts()).toEqual([await idOf('b1')]);
    expect(await audited()).toEqual(['REPLAY DONE', 'DISCARD DONE']);
  });

  it('is the only kind that is deleted: parked messages and their audit entries stay, whatever their age', async () => {
    await givenUp(['a', 'a1'], ['a', 'a2'], ['b', 'b1']);
    await theApp().post(`/${await idOf('a1')}/replay`);
    await query(
      `UPDATE parked_messages SET status = 'RETRYING' WHERE id = '${await idOf('b1')}'`, // due when an operator says so
    );
    await age(10_000);
    await theApp().purge();
    expect(await states()).toEqual(['a1 OPEN', 'a2 BLOCKED', 'b1 RETRYING']);
    expect((await attempts()).sort()).toEqual([await idOf('a1'), await idOf('b1')].sort());
    expect(await audited()).toEqual(['REPLAY FAILED']);
  });
});

describe('health', () => {
  it('reports that dead letters wait for an operator', async () => {
    expect(await theApp().health()).toMatchObject({ status: 'up' });
    await theApp().consume(message('a', 'bad'), message('a', 'a2'));
    expect(await theApp().health()).toMatchObject({ status: 'degraded', facts: { OPEN: 1, BLOCKED: 1 } });
  });
});
