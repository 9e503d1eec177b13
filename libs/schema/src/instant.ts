const RFC_3339 = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** Whether a text is an instant (RFC 3339, such as 2026-01-31T12:00:00Z) on an existing day. Leap seconds are rejected, as `Date` does not support them. */
export function isInstant(text: string): boolean {
  const [, day] = RFC_3339.exec(text) ?? [];
  if (day === undefined) return false;
  const midnight = new Date(`${day}T00:00:00Z`); // V8 turns February 30 into March 2
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
