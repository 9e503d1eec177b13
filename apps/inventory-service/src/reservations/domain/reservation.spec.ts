import { describe, expect, it } from '@jest/globals';
import { type OrderEvent, type ReservationStatus, type Step, stepFor } from './reservation.js';

describe('stepFor', () => {
  it.each<[OrderEvent['kind'], ReservationStatus | undefined, Step]>([
    ['created', undefined, 'reserve'],
    ['created', 'HELD', 'ignore'],
    ['created', 'REJECTED', 'ignore'],
    ['created', 'RELEASED', 'ignore'],
    ['created', 'DEDUCTED', 'ignore'],
    ['created', 'CANCELLED', 'release-unreserved'],
    ['cancelled', undefined, 'record-cancellation'],
    ['cancelled', 'HELD', 'release'],
    ['cancelled', 'REJECTED', 'ignore'],
    ['cancelled', 'RELEASED', 'ignore'],
    ['cancelled', 'DEDUCTED', 'fail'],
    ['cancelled', 'CANCELLED', 'ignore'],
    ['partially-fulfilled', undefined, 'fail'],
    ['partially-fulfilled', 'HELD', 'deduct-part'],
    ['partially-fulfilled', 'REJECTED', 'fail'],
    ['partially-fulfilled', 'RELEASED', 'fail'],
    ['partially-fulfilled', 'DEDUCTED', 'ignore'],
    ['partially-fulfilled', 'CANCELLED', 'fail'],
    ['fulfilled', undefined, 'fail'],
    ['fulfilled', 'HELD', 'deduct'],
    ['fulfilled', 'REJECTED', 'fail'],
    ['fulfilled', 'RELEASED', 'fail'],
    ['fulfilled', 'DEDUCTED', 'ignore'],
    ['fulfilled', 'CANCELLED', 'fail'],
  ])('maps an order that is %s, with a reservation that is %s, to the step %s', (event, status, step) => {
    expect(stepFor(event, status)).toBe(step);
  });
});
