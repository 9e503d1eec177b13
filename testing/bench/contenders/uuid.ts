import { randomUUID } from 'node:crypto';

/**
 * @param timeMs since the epoch; now unless given
 * @returns a UUID of version 7 (RFC 9562), so that new rows stand beside each other in the index
 */
export function uuidv7(timeMs = Date.now()): string {
  const time = Math.floor(timeMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
