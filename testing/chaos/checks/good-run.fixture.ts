import { deadLetterTopic } from '../../kafka/groups.ts';
import type { Act, BookedOrder } from '../clients/book.ts';
import type { Evidence, Notification, Order, Reservation } from '../evidence.ts';
import { toSentPoison } from '../faults/poison-kinds.ts';
import type { Receipt } from '../../receivers/receiver.ts';
import type { Bytes, Seen } from '../observer/witness.ts';

const BEGUN = Date.parse('2026-01-01T00:00:00.000Z');
const ITEM = 'CUP';
const LINES = [{ itemId: ITEM, quantity: 2 }];
const PIECE = [{ itemId: ITEM, quantity: 1 }];
const CHANNELS = ['email', 'webhook'] as const;
const NOT_TOLD = 'INVENTORY_RELEASED';

/** The course of an order: its statuses, its final reservation, and the events that both services published. */
interface Life {
  statuses: string[];
  /** Of the history's entries, by their index. */
  details?: Record<number, object>;
  reservation: string;
  orderEvents: string[];
  inventoryEvents: string[];
}

const LIVES: Record<string, Life> = {
  kept: { statuses: ['CONFIRMED'], reservation: 'HELD', orderEvents: [], inventoryEvents: ['INVENTORY_RESERVED'] },
  fulfilled: {
    statuses: ['CONFIRMED', 'FULFILLED'],
    reservation: 'DEDUCTED',
    orderEvents: ['ORDER_FULFILLED'],
    inventoryEvents: ['INVENTORY_RESERVED'],
  },
  parted: {
    statuses: ['CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED'],
    details: { 2: { shipment: PIECE }, 3: { cancelled: PIECE } },
    reservation: 'DEDUCTED',
    orderEvents: ['ORDER_PARTIALLY_FULFILLED', 'ORDER_FULFILLED'],
    inventoryEvents: ['INVENTORY_RESERVED', 'INVENTORY_RELEASED'],
  },
  cancelled: {
    statuses: ['CONFIRMED', 'CANCELLED'],
    reservation: 'RELEASED',
    orderEvents: ['ORDER_CANCELLED'],
    inventoryEvents: ['INVENTORY_RESERVED', 'INVENTORY_RELEASED'],
  },
  rejected: {
    statuses: ['REJECTED'],
    reservation: 'REJECTED',
    orderEvents: [],
    inventoryEvents: ['INVENTORY_INSUFFICIENT'],
  },
};

const ACTS: Record<string, Act[]> = { fulfilled: ['fulfil'], parted: ['ship', 'cancel'], cancelled: ['cancel'] };

/** The evidence of a correct run, a new object for each caller: one order of each course, and one poison message. */
export function goodRun(): Evidence {
  const names = Object.keys(LIVES);
  const lives = Object.entries(LIVES);
  const poison = toSentPoison(POISON);
  return {
    book: { orders: names.map(bookedOf), items: new Map([[ITEM, 100]]), absurd: [] },
    orders: new Map(lives.map(([name, life], index) => [name, orderOf(name, life, index + 1)])),
    reservations: new Map(lives.map(([name, life]) => [name, reservationOf(name, life)])),
    movements: [
      { orderId: null, itemId: ITEM, delta: 100 },
      { orderId: 'fulfilled', itemId: ITEM, delta: -2 },
      { orderId: 'parted', itemId: ITEM, delta: -1 },
    ],
    stock: [{ itemId: ITEM, onHand: 97, reserved: 2, moved: 97, held: 2 }],
    notifications: new Map(lives.map(([name, life]) => [name, notificationsOf(name, life)])),
    events: new Map(lives.map(([name, life], index) => [name, eventsOf(name, life, index)])),
    poison: [poison],
    contacts: new Map([['CUST-1', [...CHANNELS]]]),
    receipts: lives.flatMap(([name, life]) => notificationsOf(name, life)).map(receiptOf),
    forged: [],
    parked: poison.groups.map((group) => ({
      ...{ group, status: 'OPEN', place: poison.place, key: POISON.key, value: POISON.value },
      ...{ headers: { chaos_poison: 'no-json' }, eventType: null, errorCode: 'X', errorMessage: 'x' },
    })),
    copies: poison.groups.map((group) => ({
      ...{ topic: deadLetterTopic(poison.topic, group), place: poison.place, key: POISON.key, value: POISON.value },
      headers: { chaos_poison: 'no-json', dead_letter_topic: poison.topic },
    })),
    access: { refusals: [], breaches: [] },
    waiting: { outboxes: [{ service: 'order-service', rows: 0, sample: null }], lag: [] },
    ...{ repartitioned: new Set<string>(), faults: [], span: { from: BEGUN, to: BEGUN + 60_000 } },
    ...{ suspicious: [], incidents: [] },
  };
}

const POISON: Bytes = {
  ...{ topic: 'order-events', partition: 0, offset: 900 },
  ...{ key: Buffer.from('poison'), value: Buffer.from([0x7b, 0xff]), headers: { chaos_poison: 'no-json' } },
};

function bookedOf(name: string, index: number): BookedOrder {
  const number = index + 1;
  const acts = new Set(ACTS[name]);
  return {
    plan: {
      ...{ number, key: `chaos-${number}`, intent: 'keep', isHurried: false },
      body: { customerId: 'CUST-1', items: LINES, totalAmount: number },
    },
    ...{ startedAt: BEGUN, acceptedAt: BEGUN + 10, orderId: name, otherIds: [], requests: [], mayExist: true },
    ...{ asked: acts, granted: new Set(acts) },
  };
}

const orderOf = (orderId: string, { statuses, details }: Life, number: number): Order => ({
  ...{ orderId, customerId: 'CUST-1', items: LINES, totalAmount: number, status: statuses.at(-1) ?? '' },
  history: ['PENDING', ...statuses].map((status, index) => ({
    ...{ status, at: new Date(BEGUN + index).toISOString() },
    ...details?.[index],
  })),
});

const reservationOf = (orderId: string, { reservation }: Life): Reservation => ({
  ...{ orderId, status: reservation, items: LINES },
});

const notificationsOf = (orderId: string, { orderEvents, inventoryEvents }: Life): Notification[] =>
  ['ORDER_CREATED', ...orderEvents, ...inventoryEvents.filter((type) => type !== NOT_TOLD)].flatMap((type) =>
    CHANNELS.map((channel) => ({
      ...{
        notificationId: `${orderId} ${type} ${channel}`,
        channel,
        orderId,
        customerId: 'CUST-1',
        type,
        status: 'SENT',
      },
      createdAt: new Date(BEGUN + 100),
    })),
  );

const receiptOf = ({ notificationId }: Notification, index: number): Receipt => ({
  ...{ notificationId, at: BEGUN + 200 + index, isTaken: true },
});

/** The offsets of a topic increase in the order in which the events happened. */
function eventsOf(name: string, { orderEvents, inventoryEvents }: Life, index: number): Seen[] {
  const seen = (topic: string) => (type: string, turn: number) => ({
    ...{ topic, partition: 0, offset: index * 10 + turn, at: BEGUN + 50, type, id: `${name} ${type}` },
  });
  return [
    ...['ORDER_CREATED', ...orderEvents].map(seen('order-events')),
    ...inventoryEvents.map(seen('inventory-events')),
  ];
}
