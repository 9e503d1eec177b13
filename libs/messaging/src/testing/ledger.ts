import { identityOf } from '../envelope/cloud-event.js';
import { PositionLost } from '../envelope/message-errors.js';
import { type ConsumedMessage, partitionOf, placeOf } from '../envelope/message.js';
import type { BatchRun, PartitionId, Progress, UnitOfWork } from '../consume/unit-of-work.js';

export class DatabaseAway extends Error {}

/** A unit of work that a test can look into: it keeps what is committed and forgets what is rolled back. */
export class Ledger implements UnitOfWork {
  readonly committed: number[] = [];
  readonly batches: number[][] = [];
  readonly aside: { place: string; error: unknown }[] = [];
  readonly stored = new Map<string, string>();
  /** The offsets of what has taken effect, by the identity of the event. */
  private readonly done = new Map<string, number>();
  away = false;
  full = false;

  async run({ messages, progress, dispatch }: BatchRun): Promise<void> {
    if (this.away) throw new DatabaseAway('the database is away');
    const moved = progress.find((each) => this.stored.get(partitionOf(each)) !== each.from);
    if (moved) throw new PositionLost(`${partitionOf(moved)} is not at ${moved.from}`);
    const tx: number[] = [];
    const fresh = messages.filter(({ message }) => !this.done.has(nameOf(message)));
    await dispatch(
      tx,
      fresh.flatMap((read) => (read.event ? read : [])),
    );
    for (const { message, event, ...read } of fresh) {
      this.done.set(nameOf(message), Number(message.offset));
      if (!event && 'failure' in read) this.aside.push({ place: placeOf(message), error: read.failure });
    }
    for (const each of progress) this.stored.set(partitionOf(each), each.next);
    this.committed.push(...tx);
    this.batches.push(tx);
  }

  async setAside(message: ConsumedMessage, error: unknown, progress: readonly Progress[]): Promise<void> {
    if (this.full) throw new Error('no room to set aside');
    for (const each of progress) this.stored.set(partitionOf(each), each.next);
    this.done.set(nameOf(message), Number(message.offset));
    this.aside.push({ place: placeOf(message), error });
  }

  isOwnFault(error: unknown): boolean {
    return !(error instanceof DatabaseAway);
  }

  isContention(): boolean {
    return false;
  }

  async positions(partitions: readonly PartitionId[]): Promise<ReadonlyMap<string, string>> {
    if (this.away) throw new DatabaseAway('the database is away');
    const names = new Set(partitions.map(partitionOf));
    return new Map([...this.stored].filter(([name]) => names.has(name)));
  }

  /** As a restored database: nothing of what came from an offset on has happened. */
  restoreTo(partition: PartitionId, offset: number): void {
    this.stored.set(partitionOf(partition), String(offset));
    for (const [name, at] of this.done) if (at >= offset) this.done.delete(name);
    this.committed.length = 0;
  }
}

function nameOf(message: ConsumedMessage): string {
  return JSON.stringify(identityOf(message));
}
