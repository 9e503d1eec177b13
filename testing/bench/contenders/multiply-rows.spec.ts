import { describe, expect, it } from '@jest/globals';
import { copyStatement } from './multiply-rows.ts';

describe('the copies of rows', () => {
  it('have keys of their own, of whatever type, and the rest of the row', () => {
    const columns = [
      { name: 'id', type: 'uuid' },
      { name: 'event_id', type: 'text' },
      { name: 'body', type: 'text' },
    ];
    expect(copyStatement('inbox', columns, ['id', 'event_id'])).toBe(
      'INSERT INTO inbox (id, event_id, body) SELECT uuidv7(make_interval(secs => -86400 * random())), ' +
        'uuidv7(make_interval(secs => -86400 * random()))::text, body FROM inbox, generate_series(1, $1::integer)',
    );
  });
});
