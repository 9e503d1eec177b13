import { Inject, Injectable } from '@nestjs/common';
import { prepared, type Transaction } from '@orderflow/postgres';
import { PositionLost } from '../../envelope/message-errors.js';
import { partitionOf } from '../../envelope/message.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';

type Queries = Pick<Transaction, 'query'>;

export interface PartitionId {
  readonly topic: string;
  readonly partition: number;
}

/** A move of a partition's position. */
export interface PartitionProgress extends PartitionId {
  /** The database's offset before the move, as this replica knows it; undefined if there is none yet. */
  readonly from: string | undefined;
  /** The next offset after the batch is committed. */
  readonly next: string;
}

interface Row {
  readonly topic: string;
  readonly partition: number;
  readonly next: string;
}

const MOVE = prepared(
  `UPDATE consumer_positions p SET next_offset = m.next
   FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) AS m(topic, partition, "from", next)
   WHERE p.consumer_group = $1 AND p.topic = m.topic AND p.partition = m.partition AND p.next_offset = m.from
   RETURNING p.topic, p.partition`,
);

/** The positions of one consumer group, which the transactions that handle the messages write (ADR 0018). */
@Injectable()
export class PositionsRepository {
  constructor(@Inject(CONSUMER_GROUP) private readonly consumerGroup: string) {}

  /** The next offsets by partition, such as `order-events[2]`; leaves out partitions without one. */
  async find(from: Queries, partitions: readonly PartitionId[]): Promise<Map<string, string>> {
    const rows = await from.query<Row & object>(
      `SELECT topic, partition, next_offset AS next FROM consumer_positions
       WHERE consumer_group = $1 AND (topic, partition) IN (SELECT * FROM unnest($2::text[], $3::int[]))`,
      [this.consumerGroup, partitions.map(({ topic }) => topic), partitions.map(({ partition }) => partition)],
    );
    return new Map(rows.map((row) => [partitionOf(row), row.next]));
  }

  /**
   * Moves partitions, and locks them until the transaction ends, so that a late replica waits and then finds them moved.
   * @throws {PositionLost} if one is not at its `from`
   */
  async move(tx: Queries, progress: readonly PartitionProgress[]): Promise<void> {
    const known = progress.filter(({ from }) => from !== undefined);
    const fresh = progress.filter(({ from }) => from === undefined);
    const moved = (await Promise.all([this.update(tx, known), this.insert(tx, fresh)])).flat();
    if (moved.length === progress.length) return;
    const names = new Set(moved.map(partitionOf));
    const lost = progress.map(partitionOf).filter((name) => !names.has(name));
    throw new PositionLost(`another replica has moved ${lost.join(', ')}, or the database was restored`);
  }

  private async update(tx: Queries, progress: readonly PartitionProgress[]): Promise<PartitionId[]> {
    if (progress.length === 0) return [];
    return tx.query<PartitionId & object>(MOVE, [
      ...this.columns(progress),
      progress.map(({ from }) => from),
      progress.map(({ next }) => next),
    ]);
  }

  private async insert(tx: Queries, progress: readonly PartitionProgress[]): Promise<PartitionId[]> {
    if (progress.length === 0) return [];
    return tx.query<PartitionId & object>(
      `INSERT INTO consumer_positions (consumer_group, topic, partition, next_offset)
       SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[]) ON CONFLICT DO NOTHING RETURNING topic, partition`,
      [...this.columns(progress), progress.map(({ next }) => next)],
    );
  }

  private columns(progress: readonly PartitionProgress[]): unknown[] {
    return [this.consumerGroup, progress.map(({ topic }) => topic), progress.map(({ partition }) => partition)];
  }
}
