import { type ConsumedMessage, partitionOf } from '../envelope/message.js';

/** Why a partition is stuck. */
export interface PartitionFailure {
  readonly attempts: number;
  readonly error: string;
}

/** The partitions that fail now, by name (`order-events[2]`). */
export class PartitionFailures {
  private readonly failing = new Map<string, PartitionFailure>();

  /** A sentence for each partition, for health. */
  get problems(): string[] {
    return [...this.failing].map(
      ([partition, { attempts, error }]) => `${partition} is stuck, tried ${attempts} times: ${error}`,
    );
  }

  /** The number of failed attempts of a partition; 0 if it is not stuck. */
  attemptsOf(partition: string): number {
    return this.failing.get(partition)?.attempts ?? 0;
  }

  count(partition: string, { message }: Error): void {
    this.failing.set(partition, { attempts: this.attemptsOf(partition) + 1, error: message });
  }

  clear(partitions: Iterable<string>): void {
    for (const partition of partitions) this.failing.delete(partition);
  }

  /** Clears the partitions of `messages`, except those that still wait. */
  clearExcept(messages: readonly ConsumedMessage[], waiting: ReadonlySet<string>): void {
    this.clear(messages.map(partitionOf).filter((partition) => !waiting.has(partition)));
  }

  /** Drops the failures of partitions that another replica has taken over. */
  keepOnly(partitions: ReadonlySet<string>): void {
    this.clear([...this.failing.keys()].filter((partition) => !partitions.has(partition)));
  }
}
