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

export const MAX_REASON_LENGTH = 500;

/** Why, in someone's words: 1–500 characters, none of them a control character or half a surrogate pair. */
export function IsReason(): PropertyDecorator {
  return all(
    IsString(),
    Length(1, MAX_REASON_LENGTH),
    Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: '$property must hold no control characters' }),
  );
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

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}
