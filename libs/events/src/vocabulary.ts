import 'reflect-metadata';
import { Type } from 'class-transformer';
import { type Rule, Satisfies } from '@orderflow/schema';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  isISO4217CurrencyCode,
  isISO8601,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

/** Every id: 1–64 printable ASCII characters without spaces. */
export const ID = /^[\x21-\x7e]{1,64}$/;

/** For every id in requests and events; see {@link ID}. */
export function IsId(): PropertyDecorator {
  return Matches(ID, { message: '$property must be 1 to 64 printable ASCII characters without spaces' });
}

export const MAX_QUANTITY = 1_000_000;

/** Pieces of one item in an order: a whole number, 1–1,000,000. */
export function IsQuantity(): PropertyDecorator {
  return all(IsInt(), Min(1), Max(MAX_QUANTITY));
}

export const MAX_AMOUNT = 1e11;

const AMOUNT: Rule<number> = {
  name: 'isAmount',
  type: 'number',
  schema: { type: 'number', minimum: 0, maximum: MAX_AMOUNT },
  check: (value) => value >= 0 && value <= MAX_AMOUNT && Number(value.toFixed(4)) === value,
  message: '$property must be a number from 0 to 100000000000 with at most four decimals',
};

/** An amount in units of its currency: 0–100,000,000,000 with at most four decimals (no currency of ISO 4217 has more). */
export function IsAmount(): PropertyDecorator {
  return Satisfies(AMOUNT);
}

/** Node's list follows changes of ISO 4217; class-validator's has codes that Node omits, such as those of funds. */
const CURRENT = new Set(Intl.supportedValuesOf('currency'));

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Every code of ISO 4217, in capital letters. Some withdrawn ones are among them: there are still amounts in them on the books. */
export const CURRENCIES: readonly string[] = LETTERS.flatMap((a) =>
  LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c)),
).filter((code) => CURRENT.has(code) || isISO4217CurrencyCode(code));

const KNOWN = new Set(CURRENCIES);

const CURRENCY: Rule<string> = {
  name: 'isISO4217CurrencyCode',
  type: 'string',
  // An earlier version accepted lower case, and topics keep its events.
  schema: { type: 'string', pattern: '^[A-Za-z]{3}$' },
  check: (code) => KNOWN.has(code.toUpperCase()),
  message: '$property must be a currency code of ISO 4217, such as EUR',
};

/** A currency in events: a code of ISO 4217, in upper or lower case. */
export function IsEventCurrency(): PropertyDecorator {
  return Satisfies(CURRENCY);
}

const MAX_TIME_LENGTH = 64;

const TIME: Rule<string> = {
  name: 'isIso8601',
  type: 'string',
  schema: { type: 'string' },
  check: (text) => text.length <= MAX_TIME_LENGTH && isISO8601(text, { strict: true }),
  message: '$property must be a date and time of ISO 8601 that exists, such as 2026-01-31T12:00:00Z',
};

/** An existing date, or date and time (ISO 8601). */
export function IsTime(): PropertyDecorator {
  return Satisfies(TIME);
}

/** A single line of 1 to `length` characters, without control characters and unpaired surrogates. */
export function IsLine(length: number): PropertyDecorator {
  return all(
    IsString(),
    Length(1, length),
    Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: '$property must hold no control characters' }),
  );
}

export const MAX_REASON_LENGTH = 500;

/** A reason in someone's own words: a line of 1–500 characters. */
export function IsReason(): PropertyDecorator {
  return IsLine(MAX_REASON_LENGTH);
}

/** An item and its quantity. */
export class OrderItem {
  @IsId()
  itemId!: string;

  @IsQuantity()
  quantity!: number;
}

const UNIQUE: Rule<readonly unknown[], string> = {
  name: 'arrayUnique',
  type: 'array',
  schema: {},
  check: (entries, member) => {
    const all = entries.map((entry) => (entry as Record<string, unknown> | null)?.[member]);
    const names = all.filter((name) => name !== undefined); // a missing name is a violation of its own
    return new Set(names).size === names.length;
  },
  message: '$property must name each itemId once',
};

/** The items of an order: 1–100, each item once. */
export function AreOrderItems(itemClass: new () => OrderItem = OrderItem): PropertyDecorator {
  return all(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(100),
    Satisfies(UNIQUE, 'itemId'),
    ValidateNested({ each: true }),
    Type(() => itemClass),
  );
}

/** Carried by every event of an order, since there is no order between the topics. */
export abstract class OrderFacts {
  @IsId()
  orderId!: string;

  @IsId()
  customerId!: string;

  @AreOrderItems()
  items!: OrderItem[];
}

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}
