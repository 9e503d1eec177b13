import { Injectable } from '@nestjs/common';
import type { ConsumedMessage } from '../envelope/message.js';
import { EventMetrics } from '../kafka/event.metrics.js';
import { DatabaseNotReady, type Transaction } from '@orderflow/postgres';

export type HandleAgain = (tx: Transaction, message: ConsumedMessage) => Promise<void>;

/** Today's handlers of the service, for whoever runs a set-aside message through them: retry, replay, rehearsal. */
@Injectable()
export class Handlers {
  private handleAgain: HandleAgain | undefined;

  constructor(private readonly events: EventMetrics) {}

  connect(handleAgain: HandleAgain): void {
    this.handleAgain = handleAgain;
  }

  /**
   * Reads a message and runs its handler in `tx`; a type that nobody handles is through at once.
   * @throws what the handler throws, and {@link DatabaseNotReady} while the service starts
   */
  async handle(tx: Transaction, message: ConsumedMessage): Promise<void> {
    if (!this.handleAgain) throw new DatabaseNotReady('the service is starting');
    await this.handleAgain(tx, message);
    tx.onCommit(() => {
      this.events.countAttempt(message, 'worked');
      this.events.countHandled([message]);
    });
  }
}
