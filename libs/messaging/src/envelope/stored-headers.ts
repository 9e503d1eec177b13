import type { HeaderValue, OutgoingMessage } from './message.js';

type Headers = OutgoingMessage['headers'];
type StoredValue = string | { readonly base64: string } | null;
export type StoredHeaders = Readonly<Record<string, StoredValue | readonly StoredValue[]>>;

/** The prefix of a name that is stored as base64. */
const ENCODED = 'base64:';

/** Stores headers as JSON without loss: text stays readable, other bytes become base64. */
export function storeHeaders(headers: Headers): StoredHeaders {
  return map(headers, storeName, (value) => (isList(value) ? value.map(storeValue) : storeValue(value)));
}

/** Restores the headers that {@link storeHeaders} stored. */
export function restoreHeaders(stored: StoredHeaders): Record<string, HeaderValue> {
  return map(stored, restoreName, (value) => (isList(value) ? value.map(restoreValue) : restoreValue(value)));
}

function storeValue(value: Buffer | string | null): StoredValue {
  if (value === null || typeof value === 'string') return value;
  const text = value.toString('utf8');
  // Postgres does not accept U+0000 in JSON.
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

function storeName(name: string): string {
  const isPlain = !name.includes('\0') && !name.startsWith(ENCODED);
  return isPlain ? name : ENCODED + Buffer.from(name, 'utf8').toString('base64');
}

function restoreName(name: string): string {
  return name.startsWith(ENCODED) ? Buffer.from(name.slice(ENCODED.length), 'base64').toString('utf8') : name;
}

function map<From, To>(
  record: Readonly<Record<string, From>>,
  name: (name: string) => string,
  value: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([from, to]) => [name(from), value(to)]));
}
