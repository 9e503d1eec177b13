import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Pace, Poller } from '@orderflow/concurrency';
import type { Database } from '../database/database.js';
import type { Listener } from '../listen/listener.js';
import { formatPosition, hasSettled, parsePosition } from './feed-position.js';
import {
  isComplete,
  listenTo,
  MAX_READ,
  type MissedRow,
  readAfter,
  readBetween,
  type ReadRow,
  RESUMABLE_SECONDS,
} from './feed-tables.js';

/** What follows a feed. Neither method may throw. */
export interface Follower<Change> {
  /**
   * Changes that have been committed. Those of one row come in their order; those of different rows in about that of their commits.
   * @param position behind them, for {@link ChangeFeed.between}; undefined if something before may be missing, until the next `onGap`
   */
  onChanges(changes: readonly Change[], position: string | undefined): void;
  /** Changes up to now may have been missed: read what they changed instead. */
  onGap(position: string | undefined): void;
}

interface Caller {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** If a notification is lost. */
const POLLING_INTERVAL_MS = 1_000;
const RENEWAL_INTERVAL_MS = 60_000;
/** Transactions of services do not last longer (`TIMEOUTS` of `database.ts`); others change nothing that is followed. */
const LONGEST_TRANSACTION_MS = 10_000;
const SETTLING_INTERVAL_MS = 5;
/** Under load, fewer reads with more changes each. */
const PACE = { leastMs: 10, mostMs: 40 };
const INVALID_TEXT = '22P02';

/**
 * The committed changes of some rows, on any replica, soon after their commits. They are recorded in the same transaction as
 * the change (`recordingChanges`), and only while some replica uses the feed and for five minutes after; then a change costs
 * a look at one row. One class extends it for each kind, with two tables of its own: `<feed>` and `<feed>_listening`.
 *
 * No change is missed: whoever begins to use the feed gets an `onGap` when all transactions have ended that may not have
 * recorded theirs. A change is delivered soon after its commit, however long other transactions last: a read returns what its
 * snapshot of the database shows, and the snapshot of the read before did not.
 */
export abstract class ChangeFeed<Change> implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);
  private readonly followers: Follower<Change>[] = [];
  private readonly pace = new Pace(PACE);
  private readonly poller = new Poller(() => this.work(), {
    intervalMs: POLLING_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Cannot read changes; trying again: ${message}`),
  });
  private users = 0;
  private readonly callers: Caller[] = [];
  private renewalIsDueAt = Number.NEGATIVE_INFINITY;
  private generation: string | undefined;
  /** What the last read showed; null while nobody uses the feed. */
  private snapshot: string | null = null;
  /** Set until the transactions that may not have recorded their changes have ended. */
  private unsettled: { readonly snapshot: string; readonly until: number } | undefined;
  private currentPosition: string | undefined;

  constructor(
    private readonly database: Database,
    listener: Listener,
    private readonly feed: string,
  ) {
    listener.listen(feed, () => this.poller.wake());
  }

  onApplicationBootstrap(): void {
    void this.database.whenReady().then(() => this.poller.start());
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /** Call it in a constructor. */
  follow(follower: Follower<Change>): void {
    this.followers.push(follower);
  }

  /** Followers get changes as long as somebody uses the feed. @returns ends this use */
  use(): () => void {
    this.users += 1;
    if (this.users === 1) this.poller.wake();
    return () => void (this.users -= 1);
  }

  /** Behind all changes that followers have got; undefined if some before it may be missing. */
  get position(): string | undefined {
    return this.currentPosition;
  }

  /**
   * Resolves when followers have got everything that was committed before the call; `position` is set then. Somebody must use the feed.
   * @throws the error of the database, if it cannot be read
   */
  caughtUp(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.callers.push({ resolve, reject });
      this.poller.wake();
    });
  }

  /**
   * The changes after one position up to another that contain the members of `filter`, in their order.
   * @param after a position of any replica; also a text from outside that may be none
   * @returns undefined if they are not known any more, or are too many
   */
  async between(after: string, upTo: string, filter: object): Promise<readonly Change[] | undefined> {
    const [from, to] = [parsePosition(after), parsePosition(upTo)];
    if (!from || !to || from.generation !== to.generation || to.readAt - from.readAt > RESUMABLE_SECONDS)
      return undefined;
    try {
      const parameters = [from.snapshot, to.snapshot, JSON.stringify(filter)];
      const [row] = await this.database.query<MissedRow<Change>>(readBetween(this.feed), parameters);
      return row && isComplete(row) ? (row.changes ?? []) : undefined;
    } catch (error) {
      if ((error as { code?: unknown }).code === INVALID_TEXT) return undefined;
      throw error;
    }
  }

  private async work(): Promise<void> {
    if (this.users === 0) return this.rest();
    this.pace.start();
    const callers = this.callers.splice(0);
    try {
      this.deliver(await this.read());
    } catch (error) {
      for (const { reject } of callers) reject(error);
      throw error;
    }
    if (this.currentPosition === undefined) this.callers.push(...callers);
    else for (const { resolve } of callers) resolve();
    if (this.unsettled) setTimeout(() => this.poller.wake(), SETTLING_INTERVAL_MS).unref();
    await this.pace.pause();
  }

  private rest(): void {
    this.snapshot = null;
    this.currentPosition = undefined;
  }

  private async read(): Promise<ReadRow<Change>> {
    for (;;) {
      if (performance.now() >= this.renewalIsDueAt) {
        await this.database.query(listenTo(this.feed));
        this.renewalIsDueAt = performance.now() + RENEWAL_INTERVAL_MS;
      }
      const [row] = await this.database.query<ReadRow<Change>>(readAfter(this.feed), [this.snapshot]);
      if (row) return row;
      this.renewalIsDueAt = Number.NEGATIVE_INFINITY; // it has expired, or Postgres has crashed
    }
  }

  private deliver({ snapshot, generation, read_at: readAt, changes }: ReadRow<Change>): void {
    const count = changes?.length ?? 0;
    const [begins, settles] = [this.beginsGeneration(generation, snapshot), this.settles(snapshot)];
    const hasGap = this.snapshot === null || count > MAX_READ || begins || settles;
    this.snapshot = snapshot;
    this.currentPosition = this.unsettled ? undefined : formatPosition({ generation, readAt, snapshot });
    const position = hasGap ? undefined : this.currentPosition;
    if (changes && count <= MAX_READ) for (const follower of this.followers) follower.onChanges(changes, position);
    if (hasGap) for (const follower of this.followers) follower.onGap(this.currentPosition);
  }

  private beginsGeneration(generation: string, snapshot: string): boolean {
    if (generation === this.generation) return false;
    this.generation = generation;
    this.unsettled = { snapshot, until: performance.now() + LONGEST_TRANSACTION_MS };
    return true;
  }

  private settles(snapshot: string): boolean {
    if (!this.unsettled) return false;
    const isSettled = hasSettled({ earlier: this.unsettled.snapshot, later: snapshot });
    if (!isSettled && performance.now() < this.unsettled.until) return false;
    this.unsettled = undefined;
    return true;
  }
}
