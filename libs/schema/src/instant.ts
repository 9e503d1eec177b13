const RFC_3339 = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** The longest text that is an instant; its fraction of a second may have dozens of digits. */
export const MAX_INSTANT_LENGTH = 64;

/** Whether a text is an instant (RFC 3339, such as 2026-01-31T12:00:00Z) on an existing day. Leap seconds are rejected, as `Date` does not support them. */
export function isInstant(text: string): boolean {
  if (text.length > MAX_INSTANT_LENGTH) return false;
  const [, day] = RFC_3339.exec(text) ?? [];
  if (day === undefined) return false;
  const midnight = new Date(`${day}T00:00:00Z`); // V8 turns February 30 into March 2
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
