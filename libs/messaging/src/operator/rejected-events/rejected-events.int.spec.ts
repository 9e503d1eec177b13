import { describe, expect, it } from '@jest/globals';
import { lines, theApp, query, database, writeOutbox, rows, useOperatorApp } from '../../../test/operator-app.js';

useOperatorApp();

describe('an outgoing event that Kafka rejects', () => {
  /** @returns its position */
  async function rejectedEvent(key: string | Buffer): Promise<string> {
    const [row] = await query<{ position: string }>(
      `INSERT INTO outbox (topic, key, headers, value, relay_after, rejection)
       VALUES ('told', $1, '{"ce_type": "TOLD", "bytes": {"base64": "/g=="}}', 'large', now(), 'it is too large')
       RETURNING position`,
      [Buffer.from(key as string)],
    );
    return row?.position ?? '';
  }
  const positions = () => rows('SELECT position AS row FROM outbox ORDER BY position');

  it('is listed in pages, oldest first, without unpublished events that are not rejected', async () => {
    await database().transaction((tx) => writeOutbox(tx, [{ topic: 'told', key: 'a', headers: {}, value: null }]));
    const [a, b, c] = [
      await rejectedEvent('a'),
      await rejectedEvent(Buffer.from([0xff, 0x00])),
      await rejectedEvent('c'),
    ];
    const first = await theApp().rejected('?limit=2');
    expect(first.status).toBe(200);
    expect(first.body.data).toEqual([
      {
        position: a,
        topic: 'told',
        key: 'a',
        keyEncoding: 'utf8',
        eventType: 'TOLD',
        headers: [
          { name: 'bytes', value: '/g==', encoding: 'base64' },
          { name: 'ce_type', value: 'TOLD', encoding: 'utf8' },
        ],
        bytes: 5,
        rejection: 'it is too large',
        rejections: 0,
        nextAttemptAt: expect.any(String),
        addedAt: expect.any(String),
      },
      expect.objectContaining({ position: b, key: '/wA=', keyEncoding: 'base64' }),
    ]);
    expect((await theApp().rejected(`?limit=2&cursor=${first.body.nextCursor}`)).body).toMatchObject({
      data: [{ position: c }],
      nextCursor: null,
    });
    for (const query of ['?limit=201', '?limit=0', '?cursor=eHg', '?colour=red']) {
      expect((await theApp().rejected(query)).status).toBe(400);
    }
  });

  it('is discarded once, and recorded in the audit', async () => {
    const [a, b] = [await rejectedEvent('a\0'), await rejectedEvent('b')];
    const { status, body } = await theApp().discardRejected(a, { reason: 'nobody needs it' });
    expect([status, body.position, body.key]).toEqual([200, a, 'a\0']);
    expect(lines.filter(({ position }) => position === a)).toMatchObject([
      { level: 'info', msg: 'A rejected event for told is discarded: nobody needs it' },
    ]);
    expect(await positions()).toEqual([b]);
    expect((await theApp().discardRejected(a, { reason: 'again' })).status).toBe(404);
    expect((await theApp().get('/audit')).body.data).toEqual([
      {
        id: expect.any(String),
        at: expect.any(String),
        act: 'DISCARD_REJECTED',
        actor: null,
        deadLetterId: null,
        outcome: 'DONE',
        reason: 'nobody needs it',
        details: {
          position: a,
          topic: 'told',
          key: { base64: 'YQA=' }, // JSON in Postgres has no U+0000
          headers: { ce_type: 'TOLD', bytes: { base64: '/g==' } },
          bytes: 5,
          rejection: 'it is too large',
          rejections: 0,
          nextAttemptAt: body.nextAttemptAt,
          addedAt: body.addedAt,
        },
      },
    ]);
  });

  it('is due at once when an operator retries it, and the audit records that', async () => {
    const position = await rejectedEvent('a');
    await query("UPDATE outbox SET relay_after = now() + interval '1 hour'");
    const { status, body } = await theApp().retryRejected(position);
    expect([status, body.position, body.key]).toEqual([200, position, 'a']);
    expect(await rows('SELECT position AS row FROM outbox WHERE relay_after <= now()')).toEqual([position]);
    expect((await theApp().get('/audit')).body.data).toMatchObject([
      {
        act: 'RETRY_REJECTED',
        deadLetterId: null,
        outcome: 'DONE',
        reason: null,
        details: { position, topic: 'told' },
      },
    ]);
    for (const unknown of ['0', 'nonsense', '99999999999999999999'])
      expect((await theApp().retryRejected(unknown)).status).toBe(404);
  });

  it('is discarded or retried once by a request that is repeated with its key', async () => {
    const [a, b] = [await rejectedEvent('a'), await rejectedEvent('b')];
    const discard = () => theApp().discardRejected(a, { reason: 'nobody needs it' }, 'k-1');
    const retry = () => theApp().retryRejected(b, 'k-1');
    for (const act of [discard, retry]) {
      const first = await act();
      expect(first.status).toBe(200);
      expect(await act()).toEqual(first);
    }
    expect((await theApp().get('/audit')).body.data.length).toBe(2);
  });

  it('stays if the audit entry cannot be written', async () => {
    const position = await rejectedEvent('a');
    await query('ALTER TABLE dead_letter_audit ADD CONSTRAINT none CHECK (false) NOT VALID');
    try {
      expect((await theApp().discardRejected(position, { reason: 'a test' })).status).toBe(500);
    } finally {
      await query('ALTER TABLE dead_letter_audit DROP CONSTRAINT none');
    }
    expect(await positions()).toEqual([position]);
  });

  it.each([[{}], [{ reason: '' }], [{ reason: ' ' }], [{ reason: 'a\0' }]])(
    'is not discarded without a reason, as %j',
    async (body) => {
      const position = await rejectedEvent('a');
      const answer = await theApp().discardRejected(position, body);
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '#/reason']);
      expect(await positions()).toEqual([position]);
    },
  );

  it.each(['0', 'nonsense', '99999999999999999999'])('is not known at %s', async (position) => {
    expect((await theApp().discardRejected(position, { reason: 'x' })).status).toBe(404);
  });

  it('is not an event that only waits for Kafka', async () => {
    await database().transaction((tx) => writeOutbox(tx, [{ topic: 'told', key: 'a', headers: {}, value: null }]));
    const [waiting = ''] = await positions();
    expect((await theApp().discardRejected(waiting, { reason: 'x' })).status).toBe(404);
    expect(await positions()).toEqual([waiting]);
  });
});
