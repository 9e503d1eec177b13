import { describe, expect, it } from '@jest/globals';
import { type OrderEvent, type ReservationStatus, type Step, stepFor } from './reservation.js';

describe('stepFor', () => {
  it.each<[OrderEvent['kind'], ReservationStatus | undefined, Step]>([
    ['created', undefined, 'reserve'],
    ['created', 'HELD', 'nothing'],
    ['created', 'REJECTED', 'nothing'],
    ['created', 'RELEASED', 'nothing'],
    ['created', 'DEDUCTED', 'nothing'],
    ['created', 'CANCELLED', 'decline'],
    ['cancelled', undefined, 'remember'],
    ['cancelled', 'HELD', 'release'],
    ['cancelled', 'REJECTED', 'nothing'],
    ['cancelled', 'RELEASED', 'nothing'],
    ['cancelled', 'DEDUCTED', 'contradict'],
    ['cancelled', 'CANCELLED', 'nothing'],
    ['fulfilled', undefined, 'contradict'],
    ['fulfilled', 'HELD', 'deduct'],
    ['fulfilled', 'REJECTED', 'contradict'],
    ['fulfilled', 'RELEASED', 'contradict'],
    ['fulfilled', 'DEDUCTED', 'nothing'],
    ['fulfilled', 'CANCELLED', 'contradict'],
  ])('takes an order that is %s while its reservation is %s: %s', (event, status, step) => {
    expect(stepFor(event, status)).toBe(step);
  });
});
