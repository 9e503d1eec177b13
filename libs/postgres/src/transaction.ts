import type { PoolClient, QueryResultRow } from 'pg';

/**
 * One database transaction (READ COMMITTED). Everything that is done through it commits together or not at all.
 * It is over when the function it was handed to returns.
 */
export class Transaction {
  private readonly committed: (() => void)[] = [];

  constructor(private readonly client: PoolClient) {}

  async query<Row extends QueryResultRow>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(sql, [...parameters])).rows;
  }

  /** Runs `action` once the transaction is committed, and never when it isn't. It must not throw. */
  onCommit(action: () => void): void {
    this.committed.push(action);
  }

  /** For whoever opened the transaction, right after its COMMIT. */
  announceCommit(): void {
    for (const action of this.committed) action();
  }
}
