import { describe, expect, it } from '@jest/globals';
import { copyStatement } from './multiply-rows.ts';

describe('the copies of rows', () => {
  it('have keys of their own, of whatever type, and the rest of the row', () => {
    const columns = [
      { name: 'id', type: 'uuid' },
      { name: 'event_id', type: 'text' },
      { name: 'body', type: 'text' },
    ];
    const key = 'uuidv7(make_interval(secs => 86400.0 * copy / $1 - 86400))';
    expect(copyStatement('inbox', columns, ['id', 'event_id']).split(/\s+FROM /)).toEqual([
      `INSERT INTO inbox (id, event_id, body) SELECT ${key}, ${key}::text, body`,
      'inbox, generate_series(1, $1::integer) AS copy ORDER BY copy',
    ]);
  });
});
