import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@orderflow/postgres';
import { PositionLost } from '../../envelope/message-errors.js';
import { type ConsumedMessage, partitionOf } from '../../envelope/message.js';
import { type PartitionId, type PartitionProgress, PositionsRepository } from './positions.repository.js';

/**
 * Where a replica is in its partitions, as the database has it, stored with the effects (ADR 0018). Kafka's committed offsets
 * are ahead of a database that has lost its last transactions (a failover to an asynchronous replica, a restore); then the
 * database is right, and consuming goes back. Kafka's are right where they are behind: an operator may have rewound the group.
 */
@Injectable()
export class PartitionPositions {
  private readonly stored = new Map<string, string | undefined>();
  /** As they were when the partitions were assigned. What stands behind and is not there any more is not looked for again. */
  private readonly atAssignment = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly repository: PositionsRepository,
  ) {}

  /** For each new assignment: another replica may have moved the partitions on meanwhile. */
  clear(): void {
    this.stored.clear();
  }

  /**
   * Reads the positions that are not known yet.
   * @throws {PositionLost} where effects of messages before these are lost
   */
  async know(messages: readonly ConsumedMessage[]): Promise<void> {
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
   * Moves the partitions on behind `messages`, and locks their positions until the transaction ends. {@link know} comes first.
   * @throws {PositionLost} where another replica has moved one of them
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
   * Of newly assigned partitions, those that have to go back, and where to.
   * @param committed in Kafka, by partition; negative where there is none
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
      const ahead = committed.get(name) ?? '-1';
      return BigInt(ahead) > BigInt(offset) ? [{ topic, partition, offset, committed: ahead }] : [];
    });
  }

  /** What {@link toGoBack} has found of a partition. */
  storedOf(partition: PartitionId): string | undefined {
    return this.atAssignment.get(partitionOf(partition));
  }

  /** In words, what the database has lost of what this replica has committed; undefined: nothing. For a look now and then. */
  async regression(): Promise<string | undefined> {
    const known = [...this.stored].flatMap(([name, offset]) => (offset === undefined ? [] : { name, offset }));
    const positions = await this.repository.find(
      this.database,
      known.map(({ name }) => partitionIdOf(name)),
    );
    const lost = known.find(({ name, offset }) => {
      const isCurrent = this.stored.get(name) === offset; // it may have moved meanwhile
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
