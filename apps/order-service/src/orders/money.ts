import { CURRENCIES, MAX_AMOUNT } from '@orderflow/events';
import { type Rule, Satisfies } from '@orderflow/schema';
import { IsIn } from 'class-validator';

/** A code of ISO 4217 in capital letters, so that each currency has one spelling. */
export function IsCurrency(): PropertyDecorator {
  return IsIn(CURRENCIES, {
    message: '$property must be a currency code of ISO 4217 in capital letters, such as EUR',
  });
}

/** The currencies of ISO 4217 whose minor unit is not a hundredth. ICU's figures differ: it follows what people use in cash. */
const DECIMALS: ReadonlyMap<unknown, number> = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([decimals, codes]) => codes.split(' ').map((code) => [code, Number(decimals)] as const)),
);

const AMOUNT: Rule<number, string> = {
  name: 'isAmountOfCurrency',
  type: 'number',
  schema: { type: 'number', minimum: 0, maximum: MAX_AMOUNT },
  check: (amount, currency, order) => Number(amount.toFixed(DECIMALS.get(order[currency]) ?? 2)) === amount,
  message: '$property must have at most as many decimals as its currency has in ISO 4217, or two without a currency',
};

/**
 * An amount in units of the currency that another field names: 0–100,000,000,000 with at most as many decimals as ISO 4217
 * gives the currency, and two if it names none. It has at most 15 digits, so a number of JSON holds it exactly.
 */
export function IsAmountIn(currency: string): PropertyDecorator {
  return Satisfies(AMOUNT, currency);
}
