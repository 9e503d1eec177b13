import type { Database, ExportPart } from '@orderflow/postgres';

/** A part of an export, and the key behind which it continues: `2` or `2.<key>`. */
export const EXPORT_CURSOR = /^\d{1,2}(\.[\x21-\x7e]{1,128})?$/;

export interface ExportEntry {
  readonly kind: string;
  readonly data: object;
}

export interface ExportedEntries {
  readonly entries: readonly ExportEntry[];
  readonly nextCursor: string | null;
}

/** A cursor that no page has given. */
export class UnknownCursor extends Error {
  override readonly name = 'UnknownCursor';
}

/** The SQLSTATEs of a text that is no value of a type, or out of its range. */
const NO_SUCH_KEY = new Set(['22P02', '22003']);

/** Everything that a service knows of a customer, part by part. */
export class ExportCustomer {
  constructor(
    private readonly database: Database,
    private readonly parts: readonly ExportPart[],
  ) {}

  /**
   * One page. It may have fewer entries than `limit`, or none, although more follow: one request searches a bounded number of rows.
   * @param cursor `nextCursor` of the page before
   * @throws {UnknownCursor}
   */
  async execute(customerId: string, { cursor, limit }: { cursor?: string; limit: number }): Promise<ExportedEntries> {
    const [, number = '0', after] = /^(\d+)(?:\.(.+))?$/.exec(cursor ?? '0') ?? [];
    let position: { n: number; after: string | undefined } = { n: Number(number), after };
    if (cursor !== undefined && !this.parts[position.n]) throw new UnknownCursor();
    const entries: ExportEntry[] = [];
    for (let part = this.parts[position.n]; part; part = this.parts[position.n]) {
      const { kind } = part;
      const page = { after: position.after, limit: limit - entries.length };
      const { rows, next } = await part.read(this.database, customerId, page).catch((error: { code?: string }) => {
        throw NO_SUCH_KEY.has(error.code ?? '') ? new UnknownCursor() : error;
      });
      entries.push(...rows.map(({ data }) => ({ kind, data })));
      if (next !== null) return { entries, nextCursor: `${position.n}.${next}` };
      position = { n: position.n + 1, after: undefined };
      if (entries.length === limit) break;
    }
    return { entries, nextCursor: position.n < this.parts.length ? String(position.n) : null };
  }
}
