import { LONGEST_TEXT } from '../redaction/redact-text.js';
import { MAX_CHARACTERS, redactValue } from '../redaction/redact-value.js';
import type { CauseFields } from '../tracing/cause.js';

/** The fields of a line besides level, time and message. */
export type LineFields = Record<string, unknown>;

/** A line with so few fields needs no limit of its own. */
const FEW = 20;

/**
 * The fields from a logger's arguments after the message: objects, functions that return objects, and texts, of which the
 * last is the context of the line and one before it a stack. Never throws: an unreadable argument is marked on the line.
 */
export function fieldsAmong(rest: readonly unknown[], cause: CauseFields): LineFields {
  const texts = rest.filter((part) => typeof part === 'string');
  let fields: LineFields = { context: texts.at(-1), ...cause };
  for (const part of rest) if (typeof part !== 'string') fields = withPart(fields, part);
  if (texts.length > 1) fields['stack'] = texts[0];
  return fields;
}

/** Uses spread instead of assignment, so that a member `__proto__` is like any other. */
function withPart(fields: LineFields, part: unknown): LineFields {
  try {
    return { ...fields, ...objectIn(typeof part === 'function' ? (part as () => unknown)() : part) };
  } catch (error) {
    const readable = typeof part === 'function' ? { fieldsError: messageOf(error) } : redactValue(part);
    return { ...fields, ...objectIn(readable) };
  }
}

function objectIn(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** A message as text: a string itself, the stack of an error, JSON of anything else. Never throws. */
export function messageOf(message: unknown): string {
  if (typeof message === 'string') return message;
  const readable = redactValue(message);
  if (message instanceof Error) return textOf((readable as Error).stack ?? (readable as Error).message);
  return textOf(readable);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

/** Whether a line with these fields is short and has only texts, numbers and the like. */
export function areSmall(fields: LineFields, message: string): boolean {
  let [characters, count] = [message.length, 0];
  if (characters > LONGEST_TEXT) return false;
  for (const name in fields) {
    const value = fields[name];
    const isText = typeof value === 'string';
    if (isText ? value.length > LONGEST_TEXT : value !== null && MANY.has(typeof value)) return false;
    if (isText) characters += value.length;
    count += 1;
  }
  return count <= FEW && characters <= MAX_CHARACTERS;
}

const MANY: ReadonlySet<string> = new Set(['object', 'bigint', 'function', 'symbol']);
