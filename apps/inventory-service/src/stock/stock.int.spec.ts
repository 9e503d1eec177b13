import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { created, TestStock } from '../testing/test-stock.js';

let stock: TestStock;

beforeAll(async () => {
  stock = await TestStock.create();
});
beforeEach(() => stock.reset());
afterEach(() => stock.assertBalanced());
afterAll(() => stock.test.drop());

const adjust = (delta: number, itemId = 'ITEM-001') =>
  stock.adjustStock.execute({ itemId, delta, reason: 'stock-take', actor: 'stella' });
const kindsOf = (outcomes: readonly { readonly kind: string }[]) => outcomes.map(({ kind }) => kind);

describe('AdjustStock', () => {
  it('books pieces that arrive and leave, and returns their movements', async () => {
    expect(await adjust(8)).toMatchObject({
      kind: 'adjusted',
      movement: { itemId: 'ITEM-001', delta: 8, reason: 'stock-take', actor: 'stella', createdAt: expect.any(Date) },
    });
    await adjust(-3);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 55, reserved: 0 });
  });

  it('changes nothing if fewer pieces would be on hand than are reserved, or if there is no such item', async () => {
    await stock.handle([created('o-1', { 'ITEM-001': 20 })]);
    expect(await adjust(-31)).toMatchObject({ kind: 'reserved', level: { onHand: 50, reserved: 20 } });
    expect(await adjust(1, 'NO-SUCH-ITEM')).toEqual({ kind: 'not-found' });
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 50, reserved: 20 });
  });

  it('never takes reserved pieces, however many adjust at once', async () => {
    await stock.handle([created('o-1', { 'ITEM-001': 10 })]);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => adjust(-5)));
    expect(kindsOf(outcomes).sort()).toEqual([...Array(8).fill('adjusted'), ...Array(12).fill('reserved')]);
    expect(await stock.item('ITEM-001')).toEqual({ on_hand: 10, reserved: 10 });
  });

  it('publishes low stock once, when the item falls to its threshold', async () => {
    await stock.changeItem.execute('ITEM-001', { lowStockThreshold: 45 });
    for (const delta of [-4, -1, -1]) await adjust(delta);
    expect(stock.published).toMatchObject([
      { key: 'item:ITEM-001', type: 'INVENTORY_LOW', data: { available: 45, lowStockThreshold: 45 } },
    ]);
    for (const delta of [10, -10]) await adjust(delta);
    expect(stock.summaries).toEqual(['item:ITEM-001 INVENTORY_LOW', 'item:ITEM-001 INVENTORY_LOW']);
  });
});

describe('the ledger', () => {
  const pages = async (limit: number) => {
    const found = [];
    for (let before: string | null = null; ;) {
      const page = await stock.movements.list('ITEM-001', { before, limit });
      found.push(...page);
      if (page.length < limit) return found;
      before = page.at(-1)?.movementId ?? null;
    }
  };

  it('holds every change of an item, newest first, page by page', async () => {
    for (const delta of [5, -2, 7]) await adjust(delta);
    await adjust(1, 'ITEM-002');
    const found = await pages(2);
    expect(found.map(({ delta }) => delta)).toEqual([7, -2, 5, 50]);
    expect(found[0]).toEqual({
      movementId: expect.stringMatching(/^\d+$/),
      itemId: 'ITEM-001',
      delta: 7,
      reason: 'stock-take',
      actor: 'stella',
      createdAt: expect.any(Date),
    });
  });
});

describe('ChangeItem', () => {
  const revision = async () => (await stock.stock.find('ITEM-001'))?.revision;

  it('changes what is given, and keeps the rest', async () => {
    const { name } = (await stock.stock.find('ITEM-001')) ?? {};
    const outcome = await stock.changeItem.execute('ITEM-001', { lowStockThreshold: 3, name: null });
    expect(outcome).toMatchObject({ kind: 'changed', item: { name, lowStockThreshold: 3, onHand: 50 } });
    expect(await stock.changeItem.execute('NO-SUCH-ITEM', {})).toEqual({ kind: 'not-found' });
  });

  it('lets one of two clients win that have seen the same', async () => {
    const seen = [`"${await revision()}"`];
    const outcomes = await Promise.all(
      ['Cup', 'Mug'].map((name) => stock.changeItem.execute('ITEM-001', { name }, seen)),
    );
    expect(kindsOf(outcomes).sort()).toEqual(['changed', 'outdated']);
  });

  it('makes a revision of each change, and none of the stock or of what changes nothing', async () => {
    const first = (await revision()) ?? NaN;
    await stock.changeItem.execute('ITEM-001', { lowStockThreshold: 7 });
    await stock.changeItem.execute('ITEM-001', { lowStockThreshold: 7 });
    await adjust(1);
    await stock.handle([created('o-1', { 'ITEM-001': 1 })]);
    expect(await revision()).toBe(first + 1);
  });

  it('publishes low stock if the threshold is raised to the stock', async () => {
    for (const lowStockThreshold of [49, 50, 60]) await stock.changeItem.execute('ITEM-001', { lowStockThreshold });
    expect(stock.published).toMatchObject([{ type: 'INVENTORY_LOW', data: { available: 50, lowStockThreshold: 50 } }]);
  });
});
