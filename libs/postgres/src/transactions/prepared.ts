import { createHash } from 'node:crypto';

/** A statement that each connection prepares on its first use. */
export interface PreparedStatement {
  /** Derived from the text, so that it is unique. */
  readonly name: string;
  readonly text: string;
}

const known = new Map<string, PreparedStatement>();

/**
 * Declares a statement that runs often: each connection parses it once, and Postgres may plan it once for all parameters
 * (a generic plan). So its best plan must be the same for all parameters, and for an empty table and a full one.
 */
export function prepared(text: string): PreparedStatement {
  const statement = known.get(text) ?? { name: nameOf(text), text };
  known.set(text, statement);
  return statement;
}

/** All that have been declared, for tests of their plans. */
export function preparedStatements(): readonly PreparedStatement[] {
  return [...known.values()];
}

function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
