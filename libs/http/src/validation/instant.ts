import { applyDecorators } from '@nestjs/common';
import { isInstant, type Rule, Satisfies } from '@orderflow/schema';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';

/** A query parameter that is an existing instant (RFC 3339, such as 2026-01-31T12:00:00Z), as a `Date`. */
export function IsInstant(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && isInstant(value) ? new Date(value.toUpperCase()) : value,
    ),
    IsDate({ message: '$property must be a date and time with offset as in RFC 3339, such as 2026-01-31T12:00:00Z' }),
  );
}

const INSTANT: Rule<string> = {
  name: 'isInstantText',
  type: 'string',
  schema: { type: 'string', maxLength: 35 },
  check: isInstant,
  message: '$property must be a date and time with offset as in RFC 3339, such as 2026-01-31T12:00:00Z',
};

/** The same for a field of a body, kept as text; `new Date(…)` reads it. */
export function IsInstantText(): PropertyDecorator {
  return Satisfies(INSTANT);
}
