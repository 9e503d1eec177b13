import { type IfMatch, parseIfMatch } from '../protocol/entity-tag.js';
import { invalidRequest } from './validation.js';

/** The condition of the header `If-Match`, if there is one. @throws 400 if it is malformed */
export function ifMatchOf(header: string | undefined): IfMatch | undefined {
  if (header === undefined) return undefined;
  const condition = parseIfMatch(header);
  if (condition) return condition;
  throw invalidRequest([{ parameter: 'If-Match', detail: 'If-Match must be * or a list of entity tags, such as "1"' }]);
}
