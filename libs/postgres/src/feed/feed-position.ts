/** How far a feed has been read: all that one snapshot of the database shows, and nothing else. */
export interface FeedPosition {
  /** The time since which the changes are recorded without a gap has this name. */
  readonly generation: string;
  /** Seconds since 1970, by the database's clock. */
  readonly readAt: number;
  /** A `pg_snapshot` as text: xmin, xmax and the transactions in progress. */
  readonly snapshot: string;
}

const FORMAT = /^([0-9a-f-]{36})\.(\d{1,12})\.(\d{1,20}:\d{1,20}:[\d,]{0,10000})$/;

export function formatPosition({ generation, readAt, snapshot }: FeedPosition): string {
  return `${generation}.${Math.floor(readAt)}.${snapshot}`;
}

/** Undefined if the text is no position; its snapshot may still be one that Postgres refuses. */
export function parsePosition(text: string): FeedPosition | undefined {
  const [, generation, readAt, snapshot] = FORMAT.exec(text) ?? [];
  return generation && readAt && snapshot ? { generation, readAt: Number(readAt), snapshot } : undefined;
}

/** Whether all transactions that were in progress in an earlier snapshot have ended in a later one. */
export function hasSettled({ earlier, later }: { readonly earlier: string; readonly later: string }): boolean {
  const [, xmax = ''] = earlier.split(':');
  const [xmin = ''] = later.split(':');
  return BigInt(xmin) >= BigInt(xmax);
}
