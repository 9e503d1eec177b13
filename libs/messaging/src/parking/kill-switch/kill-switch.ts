import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { type ComponentHealth, Metrics } from '@orderflow/observability';
import { Database, type Transaction } from '@orderflow/postgres';
import { RecentOutcomes } from './recent-outcomes.js';
import { CONSUMER_GROUP } from '../../kafka/consumer-group.js';
import { type KillSwitchOptions, PARKING_OPTIONS, type ParkingOptions } from '../parking.options.js';

/** The kill switch is tripped: messages stay in Kafka until the trial of a single one works. */
export class ConsumerStopped extends Error {
  override readonly name = 'ConsumerStopped';
}

interface State {
  readonly trippedAt: Date | null;
  readonly reason: string | null;
}

const LOOK_INTERVAL_MS = 1_000;
/** Nearly all. */
const FAILED_SHARE = 0.9;

/**
 * Stops a consumer group whose handlers fail for every event, for example after a bad deployment, before it turns its
 * topics into dead letters. While the switch is tripped, the replicas only try a single event now and then; the first
 * trial that works resets the switch. Bad input and contention do not count as failures.
 *
 * The state is a row in the database: all replicas see it within a second, and it survives a restart.
 */
@Injectable()
export class KillSwitch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('KillSwitch');
  private readonly poller = new Poller(() => this.look(), {
    intervalMs: LOOK_INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot read the kill switch: ${message}`),
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
    const name = 'kill_switch_tripped';
    const help = '1 while the kill switch is tripped and the consumer group stopped, else 0';
    metrics.gauge({ name, help }, () => (this.state?.trippedAt ? 1 : 0));
  }

  /** How long a message whose trial failed waits, so that others get their trial. */
  get nextTrialOfSameMs(): number {
    return 5 * this.options.trialEveryMs;
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  async isTripped(): Promise<boolean> {
    const { trippedAt } = this.state ?? (await this.look());
    return trippedAt !== null;
  }

  /** Why the switch is tripped. */
  get error(): ConsumerStopped {
    return new ConsumerStopped(this.text);
  }

  health(): ComponentHealth {
    return this.state?.trippedAt ? { status: 'degraded', detail: this.text } : { status: 'up' };
  }

  /** Counts the keys whose retries have run out, including the caller's, and trips the switch if they are too many. */
  async countRanOut(tx: Transaction): Promise<void> {
    const { keys, windowMs } = this.options;
    const [ranOut] = await tx.query<{ keys: number; since: Date }>(
      `SELECT count(DISTINCT (topic, sequence))::int AS keys, min(ran_out_at) AS since FROM parked_messages
       WHERE consumer_group = $1 AND ran_out_at > greatest(
         clock_timestamp() - $2 * interval '1 ms',
         (SELECT reset_at FROM kill_switch WHERE consumer_group = $1))`,
      [this.consumerGroup, windowMs],
    );
    if (!ranOut || ranOut.keys < keys) return;
    await this.trip(tx, `the retries of ${ranOut.keys} keys have run out since ${ranOut.since.toISOString()}`);
  }

  /** Counts events that a handler of this replica handled. */
  countHandled(events: number): void {
    this.outcomes.countHandled(events);
  }

  /**
   * Counts a failure of a handler, and trips the switch if nearly all attempts of this replica fail. This catches handlers
   * that fail slowly, whose retries do not run out within the window.
   * @param key of the message that failed
   */
  async countFailure(tx: Transaction, key: string): Promise<void> {
    this.outcomes.countFailure(key);
    const { failedKeys, failedShare } = this.outcomes;
    if (failedKeys < this.options.failingKeys || failedShare < FAILED_SHARE) return;
    const percent = Math.floor(100 * failedShare);
    await this.trip(tx, `${percent} % of what a replica has tried in ${this.options.windowMs / 1_000} s has failed`);
  }

  private async trip(tx: Transaction, reason: string): Promise<void> {
    const tripped = await tx.query<State>(
      `INSERT INTO kill_switch AS switch (consumer_group, tripped_at, reason, next_trial_at)
       VALUES ($1, clock_timestamp(), $2, clock_timestamp() + $3 * interval '1 ms')
       ON CONFLICT (consumer_group) DO UPDATE
       SET tripped_at = excluded.tripped_at, reason = excluded.reason, next_trial_at = excluded.next_trial_at
       WHERE switch.tripped_at IS NULL
       RETURNING tripped_at AS "trippedAt", reason`,
      [this.consumerGroup, reason, this.options.trialEveryMs],
    );
    tx.onCommit(() => tripped.forEach((state) => this.become(state)));
  }

  /** Whether the caller may try a single event now. If so, no other replica may for a while. */
  async claimTrial(): Promise<boolean> {
    const claimed = await this.database.query(
      `UPDATE kill_switch SET next_trial_at = clock_timestamp() + $2 * interval '1 ms'
       WHERE consumer_group = $1 AND tripped_at IS NOT NULL AND next_trial_at <= clock_timestamp() RETURNING 1`,
      [this.consumerGroup, this.options.trialEveryMs],
    );
    return claimed.length > 0;
  }

  /** Resets the switch when the successful trial commits; the group then continues. */
  async reset(tx: Transaction): Promise<void> {
    await tx.query('UPDATE kill_switch SET tripped_at = NULL, reset_at = clock_timestamp() WHERE consumer_group = $1', [
      this.consumerGroup,
    ]);
    tx.onCommit(() => this.become({ trippedAt: null, reason: null }));
  }

  private async look(): Promise<State> {
    const [row] = await this.database.query<State>(
      'SELECT tripped_at AS "trippedAt", reason FROM kill_switch WHERE consumer_group = $1',
      [this.consumerGroup],
    );
    return this.become(row ?? { trippedAt: null, reason: null });
  }

  private become(state: State): State {
    const was = this.state?.trippedAt ?? null;
    this.state = state;
    if (!state.trippedAt && was) this.outcomes.clear();
    if (state.trippedAt && !was) this.logger.error(this.text);
    if (!state.trippedAt && was)
      this.logger.log('A single event was handled: the kill switch is reset, and consuming goes on');
    return state;
  }

  private get text(): string {
    const { trippedAt, reason } = this.state ?? {};
    return (
      `the kill switch was tripped at ${trippedAt?.toISOString()} and has stopped the consumer: ${reason}; ` +
      `a single event is tried every ${this.options.trialEveryMs / 1_000} s`
    );
  }
}
