import type { HeaderValue, OutgoingMessage } from '@orderflow/kafka';

type Headers = OutgoingMessage['headers'];
type StoredValue = string | { readonly base64: string } | null;
export type StoredHeaders = Readonly<Record<string, StoredValue | readonly StoredValue[]>>;

/** Headers as JSON, byte for byte: text stays readable, anything else is kept as base64. */
export function storeHeaders(headers: Headers): StoredHeaders {
  return mapValues(headers, (value) => (isList(value) ? value.map(storeValue) : storeValue(value)));
}

/** What {@link storeHeaders} has stored. */
export function restoreHeaders(stored: StoredHeaders): Record<string, HeaderValue> {
  return mapValues(stored, (value) => (isList(value) ? value.map(restoreValue) : restoreValue(value)));
}

function storeValue(value: Buffer | string | null): StoredValue {
  if (value === null || typeof value === 'string') return value;
  const text = value.toString('utf8');
  // Postgres has no U+0000 in JSON.
  const isText = !text.includes('\0') && Buffer.from(text, 'utf8').equals(value);
  return isText ? text : { base64: value.toString('base64') };
}

function restoreValue(value: StoredValue): Buffer | null {
  if (value === null) return null;
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.base64, 'base64');
}

function isList<Value>(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
