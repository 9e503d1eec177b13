import { Logger } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { Consumer, Kafka } from 'kafkajs';
import { PositionLost } from '../../envelope/message-errors.js';
import { partitionOf } from '../../envelope/message.js';
import { withAdmin } from '../../kafka/with-admin.js';
import type { ConsumerWatch } from '../group/consumer-watch.js';
import type { PartitionPositions } from './partition-positions.js';
import type { PartitionId } from './positions.repository.js';

const POLLING_INTERVAL_MS = 5_000;

export interface PositionRecoveryOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: () => string[];
  readonly positions: PartitionPositions;
  readonly watch: ConsumerWatch;
  readonly onPositionLost: (error: PositionLost) => void;
}

/**
 * Sends a consumer back to the database's position in partitions whose offsets in Kafka are ahead of it (ADR 0018). It
 * compares them at each assignment, or later if the database was unavailable then. While the consumer runs, it compares the
 * database with what it had stored, and detects a restored one within seconds, even without new messages.
 */
export class PositionRecovery {
  private readonly logger = new Logger('PositionRecovery');
  private comparison = Promise.resolve();
  /** Assigned partitions whose positions have not been compared yet. */
  private uncompared: readonly PartitionId[] | undefined;

  constructor(private readonly options: PositionRecoveryOptions) {}

  /** Resolves when the positions of the last assignment are compared, or cannot be compared now. */
  whenCompared(): Promise<void> {
    return this.comparison;
  }

  /** Call it with each assignment. */
  takeOver(consumer: Consumer, partitions: readonly PartitionId[]): void {
    this.options.positions.clear();
    this.uncompared = partitions;
    this.comparison = this.goBack(consumer, partitions).catch((error: Error) => {
      if (this.uncompared === partitions) this.options.watch.assign([]);
      this.logger.debug(`Cannot compare positions yet: ${error.message}`);
    });
  }

  /** Checks for a restored database while a consumer runs. @returns a function that stops it */
  watchFor(consumer: Consumer): () => void {
    const poller = new Poller(() => this.look(consumer), {
      intervalMs: POLLING_INTERVAL_MS,
      onFailure: () => undefined, // the next batch or check reports it
    });
    poller.start();
    return () => void poller.stop();
  }

  private async look(consumer: Consumer): Promise<void> {
    if (this.uncompared) await this.goBack(consumer, this.uncompared);
    const regression = await this.options.positions.regression();
    if (regression) this.options.onPositionLost(new PositionLost(regression));
  }

  private async goBack(consumer: Consumer, partitions: readonly PartitionId[]): Promise<void> {
    const { positions, watch } = this.options;
    const committed = await this.committedOffsets();
    const behind = await positions.toGoBack(partitions, committed);
    if (this.uncompared !== partitions) return; // reassigned meanwhile, or compared already
    this.uncompared = undefined;
    for (const { topic, partition, offset, committed: ahead } of behind) {
      const name = partitionOf({ topic, partition });
      this.logger.warn(`${name} goes back from offset ${ahead} to ${offset}, where the database is`);
      consumer.seek({ topic, partition, offset });
    }
    watch.assign(
      partitions.flatMap((partition) => {
        // The database's position takes precedence: kafkajs commits -2 before it continues behind deleted records.
        const offset = positions.storedOf(partition) ?? committed.get(partitionOf(partition));
        return offset === undefined || BigInt(offset) < 0n ? [] : { ...partition, offset };
      }),
    );
  }

  /** By partition; negative if there is none. */
  private async committedOffsets(): Promise<Map<string, string>> {
    const { kafka, groupId, topics } = this.options;
    const found = await withAdmin(kafka, (admin) => admin.fetchOffsets({ groupId, topics: topics() }));
    return new Map(
      found.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => [partitionOf({ topic, partition }), offset] as const),
      ),
    );
  }
}
