import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import { PositionLost } from '../../envelope/message-errors.js';
import { type ConsumedMessage, partitionOf } from '../../envelope/message.js';
import { type PartitionId, type PartitionProgress, PositionsRepository } from './positions.repository.js';

/**
 * The positions of a replica in its partitions, which the database stores with the effects (ADR 0018). If Kafka's committed
 * offsets are ahead, the database has lost its last transactions (a failover to an asynchronous replica, a restore), and
 * the consumer goes back to the database's position. If they are behind, an operator may have rewound the group, and the
 * consumer follows Kafka.
 */
@Injectable()
export class PartitionPositions {
  private readonly stored = new Map<string, string | undefined>();
  /** The positions at the assignment. Records behind them that no longer exist are not looked for again. */
  private readonly atAssignment = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly repository: PositionsRepository,
  ) {}

  /** Call it with each new assignment, since another replica may have moved the partitions meanwhile. */
  clear(): void {
    this.stored.clear();
  }

  /**
   * Reads the positions that are not known yet.
   * @throws {PositionLost} if effects of earlier messages are lost
   */
  async load(messages: readonly ConsumedMessage[]): Promise<void> {
    const unknown = firstOfEach(messages).filter((message) => !this.stored.has(partitionOf(message)));
    if (unknown.length === 0) return;
    const positions = await this.repository.find(this.database, unknown);
    for (const message of unknown) {
      const partition = partitionOf(message);
      const stored = positions.get(partition);
      if (
        stored !== undefined &&
        BigInt(stored) < BigInt(message.offset) &&
        this.atAssignment.get(partition) !== stored
      ) {
        throw new PositionLost(`${partition} is stored at offset ${stored}, and Kafka goes on at ${message.offset}`);
      }
      this.stored.set(partition, stored);
    }
  }

  /**
   * Moves the partitions behind `messages`, and locks their positions until the transaction ends. Call {@link load} first.
   * @throws {PositionLost} if another replica has moved one of them
   */
  async move(tx: Transaction, messages: readonly ConsumedMessage[]): Promise<void> {
    const progress = this.after(messages);
    await this.repository.move(tx, progress);
    tx.onCommit(() => {
      for (const each of progress) this.stored.set(partitionOf(each), each.next);
    });
  }

  private after(messages: readonly ConsumedMessage[]): PartitionProgress[] {
    const last = new Map(messages.map((message) => [partitionOf(message), message]));
    return [...last].map(([name, { topic, partition, offset }]) => {
      return { topic, partition, from: this.stored.get(name), next: `${BigInt(offset) + 1n}` };
    });
  }

  /**
   * The newly assigned partitions that must go back, with their offsets.
   * @param committed Kafka's committed offsets, by partition; negative if there is none
   */
  async toGoBack(
    partitions: readonly PartitionId[],
    committed: ReadonlyMap<string, string>,
  ): Promise<(PartitionId & { readonly offset: string; readonly committed: string })[]> {
    const positions = await this.repository.find(this.database, partitions);
    return partitions.flatMap(({ topic, partition }) => {
      const name = partitionOf({ topic, partition });
      const offset = positions.get(name);
      if (offset === undefined) return [];
      this.atAssignment.set(name, offset);
      if (!this.stored.has(name)) this.stored.set(name, offset); // regression() sees a restore before the first message
      const ahead = committed.get(name) ?? '-1';
      return BigInt(ahead) > BigInt(offset) ? [{ topic, partition, offset, committed: ahead }] : [];
    });
  }

  /** The result of {@link toGoBack} for a partition. */
  storedOf(partition: PartitionId): string | undefined {
    return this.atAssignment.get(partitionOf(partition));
  }

  /** Describes what the database has lost of this replica's commits; undefined if nothing. Meant for a periodic check. */
  async regression(): Promise<string | undefined> {
    const known = [...this.stored].flatMap(([name, offset]) => (offset === undefined ? [] : { name, offset }));
    const positions = await this.repository.find(
      this.database,
      known.map(({ name }) => partitionIdOf(name)),
    );
    const lost = known.find(({ name, offset }) => {
      const isCurrent = this.stored.get(name) === offset; // another batch may have moved it meanwhile
      return isCurrent && BigInt(positions.get(name) ?? -1) < BigInt(offset);
    });
    return lost && `${lost.name} is stored at offset ${positions.get(lost.name) ?? 'none'}, and was at ${lost.offset}`;
  }
}

function firstOfEach(messages: readonly ConsumedMessage[]): ConsumedMessage[] {
  return [...new Map(messages.toReversed().map((message) => [partitionOf(message), message])).values()];
}

function partitionIdOf(name: string): PartitionId {
  const [, topic = '', partition = ''] = /^(.*)\[(\d+)\]$/.exec(name) ?? [];
  return { topic, partition: Number(partition) };
}
