import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adjust, fallenLow, MAX_ON_HAND, type StockLevel } from './stock-level.js';

const cup: StockLevel = { itemId: 'CUP', onHand: 20, reserved: 5, lowStockThreshold: 10 };

const level = fc
  .record({ onHand: fc.nat(MAX_ON_HAND), share: fc.double({ min: 0, max: 1, noNaN: true }), threshold: fc.nat(100) })
  .map(({ onHand, share, threshold }) => ({
    itemId: 'CUP',
    onHand,
    reserved: Math.floor(onHand * share),
    lowStockThreshold: threshold,
  }));

describe('adjust', () => {
  it('adds pieces that arrive, and takes away those that leave', () => {
    expect(adjust(cup, 7)).toEqual({ kind: 'adjusted', level: { ...cup, onHand: 27 } });
    expect(adjust(cup, -15)).toEqual({ kind: 'adjusted', level: { ...cup, onHand: 5 } });
  });

  it('never takes pieces that are reserved', () => {
    expect(adjust(cup, -16)).toEqual({ kind: 'reserved', level: cup });
  });

  it('has a limit', () => {
    expect(adjust(cup, MAX_ON_HAND)).toEqual({ kind: 'too-many', level: cup });
    expect(adjust(cup, MAX_ON_HAND - 20).kind).toBe('adjusted');
  });

  it('keeps the stock within its bounds, whatever is adjusted', () => {
    const delta = fc.integer({ min: -MAX_ON_HAND, max: MAX_ON_HAND });
    fc.assert(
      fc.property(level, delta, (before, by) => {
        const { kind, level: after } = adjust(before, by);
        expect(after.onHand).toBe(kind === 'adjusted' ? before.onHand + by : before.onHand);
        expect(after.onHand).toBeGreaterThanOrEqual(after.reserved);
        expect(after.onHand).toBeLessThanOrEqual(MAX_ON_HAND);
      }),
    );
  });
});

describe('fallenLow', () => {
  const low = { itemId: 'CUP', available: 10, lowStockThreshold: 10 };

  it('is the item that has come down to its threshold', () => {
    expect(fallenLow(cup, { ...cup, onHand: 15 })).toEqual(low);
    expect(fallenLow(cup, { ...cup, reserved: 10 })).toEqual(low);
  });

  it('is the item whose threshold has been raised to its stock', () => {
    expect(fallenLow(cup, { ...cup, lowStockThreshold: 15 })).toEqual({ ...low, available: 15, lowStockThreshold: 15 });
  });

  it('is nothing above the threshold, and nothing twice', () => {
    expect(fallenLow(cup, { ...cup, onHand: 16 })).toBeUndefined();
    expect(fallenLow({ ...cup, onHand: 15 }, { ...cup, onHand: 9 })).toBeUndefined();
  });
});
