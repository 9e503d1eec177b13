import { EXPENSIVE_JSON } from './expensive-json.ts';
import { ORDER_CREATED, INVENTORY_INSUFFICIENT, type PoisonKind } from './poison-topics.ts';

/**
 * `large`: with headers, and those of a dead letter, just below a broker's limit (1 MiB), so that consumers do not parse it.
 * `read`: just below the limit for parsing (256 KiB).
 */
const BYTES = { large: 1_000_000, read: 256 * 1024 - 1 };

const ORDER = '"orderId":"chaos-unknown-x","customerId":"CHAOS"';
const EVENTS = {
  order: {
    ...ORDER_CREATED,
    opening: `${ORDER},"totalAmount":1,"createdAt":"2020-01-01T00:00:00.000Z","items":`,
  },
  shortage: {
    ...INVENTORY_INSUFFICIENT,
    opening: `${ORDER},"items":[{"itemId":"CHAOS","quantity":1}],"shortages":`,
  },
};

const kindsOf = (bytes: number, size: string): Record<string, PoisonKind> =>
  Object.fromEntries(
    Object.entries(EVENTS).flatMap(([event, { opening, ...topic }]) =>
      Object.entries(EXPENSIVE_JSON).map(([name, make]) => [
        `${size}-${event}-${name}`,
        { ...topic, make: () => ({ value: make(bytes, opening) }) },
      ]),
    ),
  );

const LARGE = kindsOf(BYTES.large, 'large');
const READ = kindsOf(BYTES.read, 'read');

/** Kinds of JSON that is expensive to parse, to validate or to report, in two sizes. */
export const EXPENSIVE_KINDS = { ...LARGE, ...READ };

/** The names of the kinds by size, so that each draw can include both sizes. */
export const EXPENSIVE_NAMES = { large: Object.keys(LARGE), read: Object.keys(READ) };
