/** Conditions as `column operator` and value, such as `{ 'created_at >=': date }`. One whose value is undefined does not count. */
export type Comparisons = Readonly<Record<string, unknown>>;

/** The parameters of a statement that is put together from parts. */
export class StatementParameters {
  readonly values: unknown[] = [];

  /** @returns the placeholder, such as `$1`, or `$1::uuid` with a type */
  add(value: unknown, type?: string): string {
    const placeholder = `$${this.values.push(value)}`;
    return type === undefined ? placeholder : `${placeholder}::${type}`;
  }

  /**
   * The conditions of a WHERE clause for the filters that are present. An absent one leaves no `$1 IS NULL OR …` behind, for which a
   * generic plan could use no index.
   */
  compare(comparisons: Comparisons): string[] {
    return Object.entries(comparisons)
      .filter(([, value]) => value !== undefined)
      .map(([comparison, value]) => `${comparison} ${this.add(value)}`);
  }
}
