/**
 * When an id was made, to the millisecond: a UUID of version 7 (RFC 9562) begins with its time. It is the order's creation time, so that a
 * period is a range of ids. The clock would not do: if it is set back, the next ids continue from the last one.
 */
export function timeOf(orderId: string): Date {
  return new Date(Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16));
}

/** The lowest id of this time, shifted by an offset. */
export function idAt(time: Date, offsetMs: number): string {
  const hex = Math.max(0, time.getTime() + offsetMs)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

type Ids = readonly (string | null | undefined)[];

/** The lowest of the ids that are given. */
export const lowestId = (...ids: Ids): string | undefined => sorted(ids)[0];

/** The highest of the ids that are given. */
export const highestId = (...ids: Ids): string | undefined => sorted(ids).at(-1);

/** Postgres sorts UUIDs like their texts in lower case. */
const sorted = (ids: Ids) => ids.flatMap((id) => id?.toLowerCase() ?? []).sort();
