import { AsyncLocalStorage } from 'node:async_hooks';
import { bisect } from './bisect.js';
import { Pace, type PaceOptions } from './pace.js';

export interface GroupCommitOptions<Item = unknown> {
  /** Maximum number of items in one commit; a larger submission is committed alone. */
  readonly maxItems: number;
  /** Maximum weight of one commit, in the unit of `weightOf`; a heavier submission is committed alone. Unlimited unless given. */
  readonly maxWeight?: number;
  /** The weight of an item; 0 unless given. */
  weightOf?(item: Item): number;
  /** Maximum number of items that wait while a commit runs; beyond it, `submit` rejects with {@link QueueFull}. */
  readonly maxWaiting: number;
  /** Maximum weight of the items that wait, in the unit of `weightOf`. Unlimited unless given. */
  readonly maxWaitingWeight?: number;
  /** The pauses between commits while fewer than `maxItems` wait; none unless given. */
  readonly pace?: PaceOptions;
  /** Whether a poison submission can have made a commit fail; then the others are committed without it. Never, unless given. */
  readonly mayBePoison?: (error: unknown) => boolean;
}

/** The queue has reached its maximum. Nothing of the submission was done; it may be repeated later. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

interface Submission<Item, Result> {
  readonly items: readonly Item[];
  readonly weight: number;
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Group commit: one commit runs at a time, and everything submitted meanwhile forms the next one. So batches grow with the
 * load. An idle queue commits at once; a busy one may pause between commits (`pace`).
 *
 * Submissions are committed in the order of their arrival, each as a whole in one commit. If a commit fails, all of its
 * submissions are rejected, or only the poison one if `mayBePoison` allows it; later submissions are not affected.
 * A commit runs in the asynchronous context in which the queue was constructed, not in that of a submitter.
 */
export class GroupCommit<Item, Result> {
  private readonly waiting: Submission<Item, Result>[] = [];
  private waitingItems = 0;
  private waitingWeight = 0;
  private running: Promise<void> | undefined;
  private readonly pace: Pace;
  private readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;

  /** @param commit returns one result per item, in their order */
  constructor(
    commit: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly options: GroupCommitOptions<Item>,
  ) {
    this.commit = AsyncLocalStorage.bind(commit);
    this.pace = new Pace(options.pace ?? { leastMs: 0 });
  }

  /** Resolves with one result per item once their commit has succeeded. */
  submit(items: readonly Item[]): Promise<readonly Result[]> {
    const { maxWaiting, maxWaitingWeight = Number.POSITIVE_INFINITY } = this.options;
    const weight = this.weightOf(items);
    const isFull = this.waitingItems + items.length > maxWaiting || this.waitingWeight + weight > maxWaitingWeight;
    if (this.waitingItems > 0 && isFull)
      return Promise.reject(new QueueFull('too many or too large items are waiting'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, weight, resolve, reject });
      this.waitingItems += items.length;
      this.waitingWeight += weight;
      this.running ??= this.run();
    });
  }

  /** Resolves when no commit runs and nothing waits. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // Wait for one turn of the event loop, so that submissions of the same turn share a commit.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      this.pace.start();
      await this.commitNext();
      if (this.waitingItems < this.options.maxItems) await this.pace.pause();
    }
    this.running = undefined;
  }

  private async commitNext(): Promise<void> {
    const submissions = this.takeNext();
    try {
      await bisect(submissions, {
        attempt: (some) => this.commitTogether(some),
        mayBePoison: this.options.mayBePoison ?? (() => false),
        onPoison: (submission, error) => submission.reject(error),
      });
    } catch (error) {
      // Has no effect on submissions that are already settled.
      for (const { reject } of submissions) reject(error);
    }
  }

  private async commitTogether(submissions: readonly Submission<Item, Result>[]): Promise<void> {
    const results = await this.commit(submissions.flatMap(({ items }) => items));
    let start = 0;
    for (const { items, resolve } of submissions) {
      resolve(results.slice(start, start + items.length));
      start += items.length;
    }
  }

  private takeNext(): Submission<Item, Result>[] {
    const { maxItems, maxWeight = Number.POSITIVE_INFINITY } = this.options;
    let count = 0;
    let size = 0;
    let weight = 0;
    for (const { items, weight: added } of this.waiting) {
      if (count > 0 && (size + items.length > maxItems || weight + added > maxWeight)) break;
      count += 1;
      size += items.length;
      weight += added;
    }
    this.waitingItems -= size;
    this.waitingWeight -= weight;
    return this.waiting.splice(0, count);
  }

  private weightOf(items: readonly Item[]): number {
    const { weightOf } = this.options;
    return weightOf ? items.reduce((sum, item) => sum + weightOf(item), 0) : 0;
  }
}
