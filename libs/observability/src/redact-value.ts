import { isSecretName, redactText } from './redact-text.js';

const MAX_DEPTH = 6;
/** Of one object or list. */
const MAX_MEMBERS = 200;
/** Of the whole value. */
const MAX_VALUES = 500;
/** Of all texts in it together. */
export const MAX_CHARACTERS = 16_384;
const LONGEST_NAME = 200;

/** What may still be taken of a value. */
interface Left {
  values: number;
  characters: number;
  /** The objects around the one in hand. */
  readonly above: Set<object>;
}

/**
 * A copy of a value that JSON can carry, without secrets and personal data ({@link redactText}; what a member with a
 * telling name holds is hidden as a whole), and bounded in depth, members and characters: what is left out is counted.
 * Never throws: what cannot be read is `[unreadable]`.
 */
export function redactValue(value: unknown): unknown {
  return copyOf(value, { values: MAX_VALUES, characters: MAX_CHARACTERS, above: new Set() });
}

function copyOf(value: unknown, left: Left): unknown {
  switch (typeof value) {
    case 'string':
      return textOf(value, left);
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : readable(() => copyOfObject(value, left));
    case 'function':
    case 'symbol':
      return undefined;
    default:
      return value;
  }
}

function textOf(text: string, left: Left): string {
  const kept = text.length > left.characters ? redactText(text, left.characters) : redactText(text);
  left.characters = Math.max(0, left.characters - kept.length);
  return kept;
}

function copyOfObject(value: object, left: Left): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (left.above.has(value)) return '[circular]';
  if (left.above.size >= MAX_DEPTH) return '[too deep]';
  left.above.add(value);
  try {
    if (Array.isArray(value)) return listOf(value, left);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return copyOf(toJSON.call(value), left);
    return membersOf(value, value instanceof Error ? namesOfError(value) : Object.keys(value), left);
  } finally {
    left.above.delete(value);
  }
}

function namesOfError(error: Error): string[] {
  return ['name', 'message', 'stack', ...Object.keys(error), ...(error.cause === undefined ? [] : ['cause'])];
}

function listOf(list: readonly unknown[], left: Left): unknown[] {
  const copy = [];
  for (let n = 0; n < list.length; n += 1) {
    if (n >= MAX_MEMBERS || left.values <= 0) return [...copy, `${list.length - n} more`];
    left.values -= 1;
    copy.push(readable(() => copyOf(list[n], left)));
  }
  return copy;
}

function membersOf(value: object, names: readonly string[], left: Left): Record<string, unknown> {
  const copy: [name: string, value: unknown][] = [];
  for (const [n, name] of names.entries()) {
    if (n >= MAX_MEMBERS || left.values <= 0) {
      copy.push(['…', `${names.length - n} more`]);
      break;
    }
    left.values -= 1;
    copy.push([redactText(name, LONGEST_NAME), readable(() => memberOf(value, name, left))]);
  }
  return Object.fromEntries(copy);
}

/** Whether there is a secret may be known; nothing else of it. */
function memberOf(value: object, name: string, left: Left): unknown {
  const member = (value as Record<string, unknown>)[name];
  const holdsSomething = member !== null && member !== undefined && typeof member !== 'boolean';
  return holdsSomething && isSecretName(name) ? '[redacted]' : copyOf(member, left);
}

function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}
