import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

const ID = /^[\x21-\x7e]{1,64}$/;

/** Whether a text can be an id: 1–64 printable ASCII characters without spaces. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Every id that crosses a border, see {@link isId}. */
export function IsId(): PropertyDecorator {
  return Matches(ID, { message: '$property must be 1 to 64 printable ASCII characters without spaces' });
}

export const MAX_QUANTITY = 1_000_000;

/** Pieces of one item in an order: a whole number, 1–1,000,000. */
export function IsQuantity(): PropertyDecorator {
  return all(IsInt(), Min(1), Max(MAX_QUANTITY));
}

export const MAX_AMOUNT = 1e11;

/** An amount in units of its currency: 0–100,000,000,000 with at most four decimals (no currency of ISO 4217 has more). */
export function IsAmount(): PropertyDecorator {
  const isAmount = (value: unknown) =>
    typeof value === 'number' && value >= 0 && value <= MAX_AMOUNT && Number(value.toFixed(4)) === value;
  const message = '$property must be a number from 0 to 100000000000 with at most four decimals';
  return ValidateBy({ name: 'isAmount', validator: { validate: isAmount, defaultMessage: () => message } });
}

/** Text in one line: `1–length` characters, none of them a control character or half a surrogate pair. */
export function IsLine(length: number): PropertyDecorator {
  return all(
    IsString(),
    Length(1, length),
    Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: '$property must hold no control characters' }),
  );
}

export const MAX_REASON_LENGTH = 500;

/** Why, in someone's words: a line of 1–500 characters. */
export function IsReason(): PropertyDecorator {
  return IsLine(MAX_REASON_LENGTH);
}

/** How many of which item. */
export class OrderItem {
  @IsId()
  itemId!: string;

  @IsQuantity()
  quantity!: number;
}

/** The items of an order: 1–100, each item once. */
export function AreOrderItems(itemClass: new () => OrderItem = OrderItem): PropertyDecorator {
  return all(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(100),
    ArrayUnique((item: OrderItem | null) => item?.itemId, { message: '$property must name each itemId once' }),
    ValidateNested({ each: true }),
    Type(() => itemClass),
  );
}

/** What every event of an order carries, as there is no order between the topics: who and what it is about. */
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
