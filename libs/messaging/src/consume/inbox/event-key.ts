import { hash } from 'node:crypto';

/** UUIDs that begin with a time in milliseconds: version 7, and version 8 as the shop's stable ids have it (RFC 9562). */
const TIME_ORDERED = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * The key of an event in the inbox of a group, as a UUID: 16 bytes of the SHA-256 of group, source and id. If the id is a
 * UUID that begins with its time, so does the key. Then new keys are next to each other in the index. Random ones
 * are all over it, and Postgres writes most of its pages to the WAL again after each checkpoint (ADR 0023).
 *
 * Migration `0002_narrow_inbox` has the same formula.
 * @param source and `id` contain no NUL
 */
export function eventKey(group: string, { source, id }: { readonly source: string; readonly id: string }): string {
  const digest = hash('sha256', `${group}\0${source}\0${id}`);
  const start = TIME_ORDERED.test(id) ? id.slice(0, 13).toLowerCase() : `${digest.slice(0, 8)}-${digest.slice(8, 12)}`;
  return `${start}-${digest.slice(12, 16)}-${digest.slice(16, 20)}-${digest.slice(20, 32)}`;
}
