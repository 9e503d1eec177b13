import { type Comparisons, StatementParameters } from '../parameters/comparisons.js';

/** A page of a list, described as a range of the index that sorts it, or as several ranges of that index. */
export interface IndexPage {
  readonly table: string;
  /** What to select, in SQL. */
  readonly select: string;
  /** The leading columns of the index, all `text`, each with the values to list. Each combination of values is a range. */
  readonly leading?: Readonly<Record<string, readonly string[]>>;
  /** The column that follows them. It is unique in the table, and sorts the page. */
  readonly key: string;
  /** `text` only without leading columns. */
  readonly keyType: 'uuid' | 'bigint' | 'text';
  readonly order: 'ASC' | 'DESC';
  /** Only keys above this one. */
  readonly above?: string | null | undefined;
  /** Only keys below this one. */
  readonly below?: string | null | undefined;
  /** More conditions, which no column of the index answers: almost all rows of the ranges must satisfy them. */
  readonly where?: Comparisons;
  /** The condition of a partial index, in SQL. */
  readonly partial?: string;
  readonly limit: number;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * The statement for a page. It reads the first `limit` rows of each range, and those before them that do not satisfy `where`. The size
 * of the table, how often a value occurs and where its rows are do not matter.
 *
 * Postgres has no better choice than this index, whatever its statistics say: the ranges are comparisons of rows, sorted by all columns
 * of the index. With `column = value`, it could also walk along the primary key until it has found enough rows with the value. It
 * expects them to be spread evenly, and reads the whole table if there are none. The limit is part of the text: for a limit that it does
 * not know, a generic plan expects a tenth of the table, and sorts all rows of the range.
 */
export function pageOfIndex(page: IndexPage, parameters = new StatementParameters()): Statement {
  const { table, select, leading = {}, key, order, where = {}, partial, limit } = page;
  const columns = Object.keys(leading);
  const ranges = rangesOf(Object.values(leading), parameters);
  const conditions = [
    ...endsOf(page, columns, parameters),
    ...(partial ? [partial] : []),
    ...unestimated(parameters.compare(where)),
  ];
  const sql = `SELECT ${select} FROM ${ranges} (
      SELECT * FROM ${table} ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
      ORDER BY ${[...columns, key].map((column) => `${column} ${order}`).join(', ')} LIMIT ${Math.trunc(limit)}
    ) AS page ORDER BY ${key} ${order} LIMIT ${Math.trunc(limit)}`;
  return { sql, parameters: parameters.values };
}

/**
 * The conditions in a form for which Postgres assumes that every other row satisfies them. If it estimated them, it would multiply
 * what they share with the range, such as a period of both ids and times, expect next to nothing, and sort all rows of the range.
 */
function unestimated(conditions: readonly string[]): string[] {
  return conditions.length > 0 ? [`coalesce(${conditions.join(' AND ')}, false)`] : [];
}

/** Each combination of values as a row, for a page of each; nothing if there are no leading columns. */
function rangesOf(values: readonly (readonly string[])[], parameters: StatementParameters): string {
  if (values.length === 0) return '';
  const combinations = values.reduce<string[][]>(
    (all, each) => all.flatMap((one) => each.map((v) => [...one, v])),
    [[]],
  );
  const lists = values.map((_, n) =>
    parameters.add(
      combinations.map((one) => one[n]),
      'text[]',
    ),
  );
  return `unnest(${lists.join(', ')}) AS range(${namesOf(values).join(', ')}), LATERAL`;
}

const namesOf = (columns: readonly unknown[]) => columns.map((_, n) => `range_${n}`);

/** The lowest and the highest key, so that a comparison has the key in it also where nothing bounds the key. */
const EXTREMES: Readonly<Record<IndexPage['keyType'], readonly string[]>> = {
  uuid: ["'00000000-0000-0000-0000-000000000000'::uuid", "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"],
  bigint: ["'-9223372036854775808'::bigint", "'9223372036854775807'::bigint"],
  text: [],
};

/** Both ends of a range, as comparisons of rows. */
function endsOf(
  { key, keyType, above, below }: IndexPage,
  columns: string[],
  parameters: StatementParameters,
): string[] {
  const compare = (operator: string, bound: string) => [
    `(${[...columns, key].join(', ')}) ${operator} (${[...namesOf(columns), bound].join(', ')})`,
  ];
  const [lowest, highest] = columns.length > 0 ? EXTREMES[keyType] : [];
  return [
    ...(above ? compare('>', parameters.add(above, keyType)) : lowest ? compare('>=', lowest) : []),
    ...(below ? compare('<', parameters.add(below, keyType)) : highest ? compare('<=', highest) : []),
  ];
}
