interface LargestOrder {
  /** JSON in which each character of each text is written as `\uXXXX`. */
  readonly body: string;
  readonly items: readonly { readonly itemId: string; readonly quantity: number }[];
}

/** The largest order that is allowed: a hundred items, the longest ids, the highest quantities. @param prefix of the items' ids */
export function largestOrder(prefix: string): LargestOrder {
  const items = Array.from({ length: 100 }, (_, n) => ({
    itemId: `${prefix}-${n}-`.padEnd(64, '~'),
    quantity: 1_000_000,
  }));
  const order = { customerId: 'C'.repeat(64), items, totalAmount: 99_999_999_999.99, currency: 'EUR' };
  const body = JSON.stringify(order).replace(/"[^"]*"/g, (text) => `"${escaped(text.slice(1, -1))}"`);
  return { body, items };
}

/** @param text without characters that JSON must escape */
function escaped(text: string): string {
  return text.replace(/./g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
