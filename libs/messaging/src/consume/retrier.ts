import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { Database, type Transaction } from '@orderflow/postgres';
import { FailurePolicy } from '../parking/failure-policy.js';
import { type HandleAgain, Handlers } from './handlers.js';
import { KillSwitch } from '../parking/kill-switch.js';
import { RecordFailure } from '../parking/record-failure.js';
import { sayWhatBecame } from '../parking/say-what-became.js';
import { type SetAsideMessage, SetAsideRepository } from '../parking/set-aside.repository.js';

const POLL_INTERVAL_MS = 200;
/** What is locked for longer is tried again later, so that others have their turn. */
const IMPATIENT = { lockTimeoutMs: 50 };

/**
 * Tries set-aside messages again, the head of each queue alone, in the transaction that holds the queue's lock: the
 * effect and the end of the waiting commit together. Every replica does so; none waits for another's queue.
 */
@Injectable()
export class Retrier implements OnApplicationShutdown {
  private readonly logger = new Logger('Retrier');
  private poller: Poller | undefined;

  constructor(
    private readonly database: Database,
    private readonly repository: SetAsideRepository,
    private readonly handlers: Handlers,
    private readonly policy: FailurePolicy,
    private readonly recordFailure: RecordFailure,
    private readonly killSwitch: KillSwitch,
  ) {}

  /** @param handleAgain what operators' replays run as well from now on */
  start(handleAgain: HandleAgain): void {
    this.handlers.connect(handleAgain);
    this.poller = new Poller(() => this.retryDue(), {
      intervalMs: POLL_INTERVAL_MS,
      onFailure: ({ message }) => this.logger.warn(`Cannot retry, trying again: ${message}`),
    });
    this.poller.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.poller?.stop();
  }

  /** Looks at once for what is due. */
  wake(): void {
    this.poller?.wake();
  }

  private async retryDue(): Promise<void> {
    while (!this.poller?.isStopped && (await this.retryNext()));
  }

  /** @returns whether anything was due */
  private async retryNext(): Promise<boolean> {
    const isTrial = await this.killSwitch.isThrown();
    if (isTrial && !(await this.mayTry())) return false;
    let tried: SetAsideMessage | undefined;
    try {
      return await this.database.transaction(async (tx) => {
        const queue = await this.repository.lockDueQueue(tx);
        if (!queue) return false;
        tried = await this.repository.head(tx, queue);
        if (tried) await this.retry(tx, tried, isTrial);
        else await this.repository.close(tx, queue);
        return true;
      }, IMPATIENT);
    } catch (error) {
      if (!tried) throw error;
      await this.fail(tried, error, isTrial);
      return true;
    }
  }

  private async mayTry(): Promise<boolean> {
    return (await this.repository.isAnyDue(this.database)) && (await this.killSwitch.claimTrial());
  }

  private async retry(tx: Transaction, head: SetAsideMessage, isTrial: boolean): Promise<void> {
    await this.handlers.handle(tx, head.message);
    if (head.status === 'OPEN') await this.repository.replayed(tx, head.id, 'retry');
    else await this.repository.remove(tx, head.id);
    await this.repository.schedule(tx, head.queue, 0); // the next in line, or the end of the queue
    // One that only waited behind another has not failed: there is nothing to say.
    if (head.status !== 'BLOCKED') sayWhatBecame(tx, head.message, `has worked, tried ${head.attempts + 1} times`);
    if (isTrial) await this.killSwitch.resume(tx);
    tx.onCommit(() => this.killSwitch.countHandled(1));
  }

  private async fail(tried: SetAsideMessage, error: unknown, isTrial: boolean): Promise<void> {
    const kind = await this.policy.kindOf(error);
    if (kind === 'surroundings') throw error;
    await this.database.transaction(async (tx) => {
      if (!isTrial) await this.recordFailure.execute(tx, tried, { error, kind, by: 'retry' });
      // What all suffer from uses up nobody's retries.
      else await this.repository.schedule(tx, tried.queue, this.killSwitch.nextTrialOfSameMs);
    });
  }
}
