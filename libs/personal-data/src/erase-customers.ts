import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { type Database, type ErasureStep, isDatabaseUnavailable, type Transaction } from '@orderflow/postgres';

interface OpenErasure {
  readonly erasureId: string;
  readonly customerId: string;
  readonly pseudonym: string;
  readonly requestedAt: Date;
  readonly step: number;
  readonly after: string;
  readonly isRepetition: boolean;
}

const INTERVAL_MS = 5_000;
const SETTLING_INTERVAL_MS = 50;
/** No transaction of a service lasts as long. */
const LONGEST_TRANSACTION = '10 seconds';

const OPEN = `SELECT erasure_id AS "erasureId", customer_id AS "customerId", pseudonym, requested_at AS "requestedAt", step, after,
    finished_at IS NOT NULL AS "isRepetition" FROM erasures`;
const LOCK = 'AND erasure_id <> ALL ($1::uuid[]) ORDER BY erasure_id LIMIT 1 FOR UPDATE SKIP LOCKED';
const TO_ERASE = `${OPEN} WHERE customer_id IS NOT NULL AND finished_at IS NULL
  AND (pg_snapshot_xmin(pg_current_snapshot()) >= begins_after OR requested_at < now() - interval '${LONGEST_TRANSACTION}') ${LOCK}`;
const TO_REPEAT = `${OPEN} WHERE customer_id IS NOT NULL AND finished_at IS NOT NULL
  AND requested_at < now() - $2 * interval '1 millisecond' ${LOCK}`;

class StepFailed extends Error {
  constructor(
    readonly erasureId: string,
    cause: Error,
  ) {
    super(`erasure ${erasureId}: ${cause.message}`, { cause });
  }
}

/**
 * Erases customers, in steps of one transaction each, on every replica: each step locks its erasure, so two replicas take
 * turns, and the one continues where the other was killed. One that fails is tried again later, and holds up no other.
 *
 * An erasure begins when every transaction has ended that was running when it was committed. All others know of it
 * ({@link Erasures.namesAt}), so what a step has searched stays without the customer.
 */
export class EraseCustomers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Erasures');
  private readonly poller = new Poller(() => this.execute(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.warn(`Cannot erase a customer; trying again: ${message}`),
  });

  /** @param keepIdMs how long after an erasure events from before it may still arrive */
  constructor(
    private readonly database: Database,
    private readonly steps: readonly ErasureStep[],
    private readonly keepIdMs: number,
  ) {}

  onApplicationBootstrap(): void {
    void this.database.whenReady().then(() => this.poller.start());
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /** An erasure has been requested, and committed. */
  wake(): void {
    this.poller.wake();
  }

  /** Works until nothing is left that can be done now. */
  async execute(): Promise<void> {
    await this.database.query(
      'UPDATE erasures SET begins_after = pg_snapshot_xmax(pg_current_snapshot()) WHERE begins_after IS NULL AND finished_at IS NULL',
    );
    const failures: StepFailed[] = [];
    while (!this.poller.isStopped && (await this.takeStep(failures)));
    if (failures[0]) throw failures[0];
    const [waiting] = await this.database.query('SELECT FROM erasures WHERE finished_at IS NULL LIMIT 1');
    if (waiting) setTimeout(() => this.wake(), SETTLING_INTERVAL_MS).unref();
  }

  /**
   * @param failures the erasures that are left alone; gets one more if this step fails
   * @returns whether there was something to do
   */
  private async takeStep(failures: StepFailed[]): Promise<boolean> {
    const failed = failures.map(({ erasureId }) => erasureId);
    let taken: string | undefined;
    try {
      await this.database.transaction(async (tx) => {
        const [erasure] = await tx.query<OpenErasure & object>(TO_ERASE, [failed]);
        const [open = erasure] = erasure
          ? []
          : await tx.query<OpenErasure & object>(TO_REPEAT, [failed, this.keepIdMs]);
        taken = open?.erasureId;
        if (open) await this.continue(tx, open);
      });
    } catch (error) {
      if (taken === undefined || isDatabaseUnavailable(error)) throw error;
      failures.push(new StepFailed(taken, error as Error));
    }
    return taken !== undefined;
  }

  private async continue(tx: Transaction, erasure: OpenErasure): Promise<void> {
    const { erasureId, step: number, after, isRepetition } = erasure;
    const step = this.steps.filter(({ repeats }) => !isRepetition || repeats)[number];
    if (!step) return isRepetition ? this.forget(tx, erasureId) : this.finish(tx, erasure);
    const { rows, next } = await step.run(tx, erasure, after);
    tx.pipeline(
      `UPDATE erasures SET step = $2, after = $3,
         erased = CASE WHEN $5 = 0 THEN erased ELSE erased || jsonb_build_object($4::text, coalesce((erased ->> $4)::bigint, 0) + $5) END
       WHERE erasure_id = $1`,
      [erasureId, next === null ? number + 1 : number, next ?? '', step.table, rows],
    );
  }

  private async finish(tx: Transaction, { erasureId, pseudonym }: OpenErasure): Promise<void> {
    const [finished] = await tx.query<{ erased: Record<string, number> }>(
      `UPDATE erasures SET finished_at = now(), step = 0, after = '' WHERE erasure_id = $1 RETURNING erased`,
      [erasureId],
    );
    tx.onCommit(() => this.logger.log(`A customer is erased, and is ${pseudonym} now`, { erasureId, ...finished }));
  }

  /** The customer's id is not needed any longer. */
  private async forget(tx: Transaction, erasureId: string): Promise<void> {
    await tx.query('UPDATE erasures SET customer_id = NULL WHERE erasure_id = $1', [erasureId]);
    tx.onCommit(() => this.logger.log('The id of an erased customer is deleted', { erasureId }));
  }
}
