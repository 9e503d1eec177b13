import { describe, expect, it } from '@jest/globals';
import { checkSlowClients } from './slow-clients.ts';

describe('checkSlowClients', () => {
  const check = (unfinished: number) =>
    checkSlowClients({ faults: [{ fault: 'slow-clients', details: { victims: ['r'], unfinished } }] } as never);

  it('finds requests that never ended and were kept open, and passes if there are none', () => {
    expect(check(1)).toMatchObject([{ check: 'slow-clients' }]);
    expect(check(0)).toEqual([]);
  });
});
