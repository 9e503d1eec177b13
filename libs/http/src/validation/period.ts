import { invalidRequest } from './validation.js';

/** From an instant, inclusive, to a later one, exclusive. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The period between two fields of a body that {@link IsInstantText} has checked.
 * @throws 400 unless `from` is before `to`
 */
export function periodOf({ from, to }: { readonly from: string; readonly to: string }): Period {
  const period = { from: new Date(from.toUpperCase()), to: new Date(to.toUpperCase()) };
  if (period.from < period.to) return period;
  throw invalidRequest([{ pointer: '#/to', detail: 'to must be later than from' }]);
}
