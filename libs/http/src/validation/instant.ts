import { applyDecorators } from '@nestjs/common';
import { isInstant, type JsonSchema, MAX_INSTANT_LENGTH, type Rule, Satisfies } from '@orderflow/schema';
import { Transform } from 'class-transformer';

const SCHEMA: JsonSchema = { type: 'string', format: 'date-time', maxLength: MAX_INSTANT_LENGTH };
const MESSAGE = '$property must be a date and time with offset as in RFC 3339, such as 2026-01-31T12:00:00Z';

const DATE: Rule<unknown> = {
  name: 'isInstant',
  type: 'string',
  schema: SCHEMA,
  check: (value) => value instanceof Date,
  message: MESSAGE,
};

/** A query parameter that is an existing instant (RFC 3339, such as 2026-01-31T12:00:00Z), as a `Date`. */
export function IsInstant(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && isInstant(value) ? new Date(value.toUpperCase()) : value,
    ),
    Satisfies(DATE),
  );
}

const INSTANT: Rule<string> = {
  name: 'isInstantText',
  type: 'string',
  schema: SCHEMA,
  check: isInstant,
  message: MESSAGE,
};

/** The same for a field of a body, kept as text; `new Date(…)` reads it. */
export function IsInstantText(): PropertyDecorator {
  return Satisfies(INSTANT);
}
