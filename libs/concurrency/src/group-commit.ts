import { AsyncLocalStorage } from 'node:async_hooks';
import { bisect } from './bisect.js';

export interface GroupCommitOptions<Item = unknown> {
  /** The most items that one commit takes; a submission larger than this is committed alone. */
  readonly maxItems: number;
  /** The most that one commit weighs, in the unit of `weightOf`; likewise. Whatever it weighs, unless given. */
  readonly maxWeight?: number;
  /** What an item weighs; nothing, unless given. */
  weightOf?(item: Item): number;
  /** The most items that may wait for the commit under way; beyond it `submit` rejects with {@link QueueFull}. */
  readonly maxWaiting: number;
  /** The most that may wait, in the unit of `weightOf`; likewise. Whatever it weighs, unless given. */
  readonly maxWaitingWeight?: number;
  /** Whether a failed commit can be one submission's fault: then the others are committed without it. Never, unless given. */
  readonly isOwnFault?: (error: unknown) => boolean;
}

/** More work is waiting than the queue may hold: refuse it, or try again later. Nothing of it was done. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

interface Submission<Item, Result> {
  readonly items: readonly Item[];
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Group commit: one commit is under way at a time, and everything submitted meanwhile forms the next one.
 * Batches so grow with the load by themselves, and an idle queue adds no delay.
 *
 * Submissions are committed in the order in which they came, each whole and in one commit.
 * A commit that fails rejects every submission it held, or the poison alone where `isOwnFault` says that it can be
 * one's fault; those behind it are not affected.
 * A commit runs in the asynchronous context of the queue's maker, not of whoever happened to submit first.
 */
export class GroupCommit<Item, Result> {
  private readonly waiting: Submission<Item, Result>[] = [];
  private waitingItems = 0;
  private waitingWeight = 0;
  private running: Promise<void> | undefined;
  private readonly commit: (items: readonly Item[]) => Promise<readonly Result[]>;

  /** @param commit answers with one result per item, in their order */
  constructor(
    commit: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly options: GroupCommitOptions<Item>,
  ) {
    this.commit = AsyncLocalStorage.bind(commit);
  }

  /** Resolves with one result per item once the commit that holds them is through. */
  submit(items: readonly Item[]): Promise<readonly Result[]> {
    const { maxWaiting, maxWaitingWeight = Number.POSITIVE_INFINITY } = this.options;
    const weight = this.weightOf(items);
    const isFull = this.waitingItems + items.length > maxWaiting || this.waitingWeight + weight > maxWaitingWeight;
    if (this.waitingItems > 0 && isFull)
      return Promise.reject(new QueueFull('too many or too large items are waiting'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      this.waitingItems += items.length;
      this.waitingWeight += weight;
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing is under way and nothing waits. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // One turn of the event loop, so that what arrives together commits together.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) await this.commitNext();
    this.running = undefined;
  }

  private async commitNext(): Promise<void> {
    const submissions = this.takeNext();
    try {
      await bisect(submissions, {
        attempt: (some) => this.commitTogether(some),
        isOwnFault: this.options.isOwnFault ?? (() => false),
        onPoison: (submission, error) => submission.reject(error),
      });
    } catch (error) {
      // Those that are settled already are not touched by this.
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
    for (const { items } of this.waiting) {
      const own = this.weightOf(items);
      if (count > 0 && (size + items.length > maxItems || weight + own > maxWeight)) break;
      count += 1;
      size += items.length;
      weight += own;
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
