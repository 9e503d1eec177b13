import { isCurrency } from '@orderflow/events';
import { type Rule, Satisfies } from '@orderflow/schema';

const CURRENCY: Rule<string, undefined> = {
  name: 'isCurrency',
  type: 'string',
  schema: { type: 'string', pattern: '^[A-Z]{3}$' },
  check: (code) => isCurrency(code),
  message: '$property must be a currency code of ISO 4217 in capital letters, such as EUR',
};

/**
 * A code of ISO 4217 in capital letters, so that each currency has one spelling. Recently withdrawn codes stay valid: there
 * are still amounts in them on the books.
 */
export function IsCurrency(): PropertyDecorator {
  return Satisfies(CURRENCY);
}
