import { describe, expect, it } from '@jest/globals';
import { lateAmong } from './late-filter.js';

const now = new Date('2026-01-02T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - 60_000 * minutes);
const deadlines = { lateSeconds: 600 };

describe('lateAmong', () => {
  it('finds undecided orders that were placed before the deadline', () => {
    expect(lateAmong({ customerId: 'CUST-1' }, deadlines, now)).toEqual({
      customerId: 'CUST-1',
      status: 'PENDING',
      to: minutesAgo(10),
    });
  });

  it('keeps an end of the period that is earlier, and the beginning', () => {
    const [from, to] = [minutesAgo(30), minutesAgo(20)];
    expect(lateAmong({ from, to }, deadlines, now)).toEqual({ from, to, status: 'PENDING' });
    expect(lateAmong({ to: minutesAgo(5) }, deadlines, now)?.to).toEqual(minutesAgo(10));
  });

  it('finds nothing among decided orders', () => {
    expect(lateAmong({ status: 'CONFIRMED' }, deadlines, now)).toBeUndefined();
    expect(lateAmong({ status: 'PENDING' }, deadlines, now)).toBeDefined();
  });

  it('is refused where no deadline is set', () => {
    expect(() => lateAmong({}, {}, now)).toThrow('Bad Request');
  });
});
