import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { type ComponentHealth, Metrics } from '@orderflow/observability';
import { Database, type Transaction } from '@orderflow/postgres';
import { RecentOutcomes } from './recent-outcomes.js';
import { CONSUMER_GROUP } from '../kafka/consumer-group.js';
import { type KillSwitchOptions, PARKING_OPTIONS, type ParkingOptions } from './parking.options.js';

/** The group is stopped: messages stay where they are until the trial of a single one works. */
export class ConsumerStopped extends Error {
  override readonly name = 'ConsumerStopped';
}

interface State {
  readonly stoppedAt: Date | null;
  readonly reason: string | null;
}

const LOOK_INTERVAL_MS = 1_000;
/** Nearly all. */
const FAILED_SHARE = 0.9;

/**
 * Stops a consumer group whose handlers fail for everything, as after a bad deploy, before it has drained its topics
 * into dead letters. While it is stopped, no replica handles or retries anything but a single event now and then, as
 * a trial: the first that works lets all go on. Bad input does not count, and neither does what others have locked.
 *
 * The state is a row that all replicas see within a second. A restart does not forget it.
 */
@Injectable()
export class KillSwitch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('KillSwitch');
  private readonly poller = new Poller(() => this.look(), {
    intervalMs: LOOK_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot look at the kill switch: ${message}`),
  });
  private state: State | undefined;
  private readonly options: KillSwitchOptions;
  private readonly outcomes: RecentOutcomes;

  constructor(
    @Inject(CONSUMER_GROUP) private readonly consumerGroup: string,
    private readonly database: Database,
    @Inject(PARKING_OPTIONS) { killSwitch }: Pick<ParkingOptions, 'killSwitch'>,
    metrics: Metrics,
  ) {
    this.options = killSwitch;
    this.outcomes = new RecentOutcomes(killSwitch.windowMs);
    const name = 'kill_switch_thrown';
    const help = '1 while the kill switch has stopped the consumer group, else 0';
    metrics.gauge({ name, help }, () => (this.state?.stoppedAt ? 1 : 0));
  }

  /** How long a message whose trial has failed lets others have theirs. */
  get nextTrialOfSameMs(): number {
    return 5 * this.options.trialEveryMs;
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async isThrown(): Promise<boolean> {
    const { stoppedAt } = this.state ?? (await this.look());
    return stoppedAt !== null;
  }

  /** Why the group is stopped. */
  get error(): ConsumerStopped {
    return new ConsumerStopped(this.text);
  }

  health(): ComponentHealth {
    return this.state?.stoppedAt ? { status: 'degraded', detail: this.text } : { status: 'up' };
  }

  /** Counts the keys whose retries have run out, the caller's among them, and stops the group where they are too many. */
  async countRanOut(tx: Transaction): Promise<void> {
    const { keys, windowMs } = this.options;
    const [ranOut] = await tx.query<{ keys: number; since: Date }>(
      `SELECT count(DISTINCT (topic, queue))::int AS keys, min(ran_out_at) AS since FROM set_aside_messages
       WHERE consumer_group = $1 AND ran_out_at > greatest(
         clock_timestamp() - $2 * interval '1 ms',
         (SELECT resumed_at FROM kill_switch WHERE consumer_group = $1))`,
      [this.consumerGroup, windowMs],
    );
    if (!ranOut || ranOut.keys < keys) return;
    await this.stopGroup(tx, `the retries of ${ranOut.keys} keys have run out since ${ranOut.since.toISOString()}`);
  }

  /** For events that went through a handler of this replica. */
  countHandled(events: number): void {
    this.outcomes.countHandled(events);
  }

  /**
   * Counts a failure of a handler, and stops the group where nearly all that this replica tries fails: slow failures never run
   * out often enough.
   * @param key of whatever failed
   */
  async countFailure(tx: Transaction, key: string): Promise<void> {
    this.outcomes.countFailure(key);
    const { failedKeys, failedShare } = this.outcomes;
    if (failedKeys < this.options.failingKeys || failedShare < FAILED_SHARE) return;
    const percent = Math.floor(100 * failedShare);
    await this.stopGroup(
      tx,
      `${percent} % of what a replica has tried in ${this.options.windowMs / 1_000} s has failed`,
    );
  }

  private async stopGroup(tx: Transaction, reason: string): Promise<void> {
    const thrown = await tx.query<State>(
      `INSERT INTO kill_switch AS switch (consumer_group, stopped_at, reason, next_trial_at)
       VALUES ($1, clock_timestamp(), $2, clock_timestamp() + $3 * interval '1 ms')
       ON CONFLICT (consumer_group) DO UPDATE
       SET stopped_at = excluded.stopped_at, reason = excluded.reason, next_trial_at = excluded.next_trial_at
       WHERE switch.stopped_at IS NULL
       RETURNING stopped_at AS "stoppedAt", reason`,
      [this.consumerGroup, reason, this.options.trialEveryMs],
    );
    tx.onCommit(() => thrown.forEach((state) => this.become(state)));
  }

  /** Whether the caller may try a single event now; for a while nobody else may. */
  async claimTrial(): Promise<boolean> {
    const claimed = await this.database.query(
      `UPDATE kill_switch SET next_trial_at = clock_timestamp() + $2 * interval '1 ms'
       WHERE consumer_group = $1 AND stopped_at IS NOT NULL AND next_trial_at <= clock_timestamp() RETURNING 1`,
      [this.consumerGroup, this.options.trialEveryMs],
    );
    return claimed.length > 0;
  }

  /** Lets the group go on, with the commit of the trial that has worked. */
  async resume(tx: Transaction): Promise<void> {
    await tx.query(
      'UPDATE kill_switch SET stopped_at = NULL, resumed_at = clock_timestamp() WHERE consumer_group = $1',
      [this.consumerGroup],
    );
    tx.onCommit(() => this.become({ stoppedAt: null, reason: null }));
  }

  private async look(): Promise<State> {
    const [row] = await this.database.query<State>(
      'SELECT stopped_at AS "stoppedAt", reason FROM kill_switch WHERE consumer_group = $1',
      [this.consumerGroup],
    );
    return this.become(row ?? { stoppedAt: null, reason: null });
  }

  private become(state: State): State {
    const was = this.state?.stoppedAt ?? null;
    this.state = state;
    if (!state.stoppedAt && was) this.outcomes.clear();
    if (state.stoppedAt && !was) this.logger.error(this.text);
    if (!state.stoppedAt && was) this.logger.log('A single event has worked: going on');
    return state;
  }

  private get text(): string {
    const { stoppedAt, reason } = this.state ?? {};
    return (
      `stopped at ${stoppedAt?.toISOString()} by the kill switch: ${reason}; ` +
      `a single event is tried every ${this.options.trialEveryMs / 1_000} s`
    );
  }
}
