import { isSecretName, redactText } from './redact-text.js';

const MAX_DEPTH = 6;
/** Maximum number of members of one object or list. */
const MAX_MEMBERS = 200;
/** Maximum number of values in the whole value. */
const MAX_VALUES = 500;
/** Maximum length of all texts together. */
export const MAX_CHARACTERS = 16_384;
const LONGEST_NAME = 200;

/** What may still be copied. */
interface Left {
  values: number;
  characters: number;
  /** The objects that contain the current one. */
  readonly above: Set<object>;
}

/**
 * A copy of a value for JSON, without secrets and personal data ({@link redactText}; a member with a name such as `password`
 * is redacted as a whole), and limited in depth, members and characters: omitted members are counted. Never throws: an
 * unreadable value becomes `[unreadable]`.
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

/** Only shows whether a secret is set. */
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
