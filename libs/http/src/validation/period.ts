import { applyDecorators } from '@nestjs/common';
import { isInstant, type Rule, Satisfies } from '@orderflow/schema';
import { IsInstantText } from './instant.js';

/** From an instant, inclusive, to a later one, exclusive. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

const LATER: Rule<string> = {
  name: 'isLaterThanFrom',
  type: 'string',
  schema: {},
  check: (to, _, { from }) => typeof from !== 'string' || ![from, to].every(isInstant) || dateOf(from) < dateOf(to),
  message: '$property must be later than from',
};

/** An instant of a body that is later than its field `from`. */
export function IsInstantAfterFrom(): PropertyDecorator {
  return applyDecorators(IsInstantText(), Satisfies(LATER));
}

/** The period between two fields of a body that {@link IsInstantText} and {@link IsInstantAfterFrom} have checked. */
export function periodOf({ from, to }: { readonly from: string; readonly to: string }): Period {
  return { from: dateOf(from), to: dateOf(to) };
}

const dateOf = (instant: string) => new Date(instant.toUpperCase());
