import { Logger } from '@nestjs/common';
import { type ConsumedMessage, fieldsOf } from '@orderflow/kafka';
import type { Transaction } from '@orderflow/postgres';
import type { SetAsideMessage } from './set-aside.repository.js';

const logger = new Logger('DeadLetter');

/** As lines of the log name a message: `order-events[2] offset 17`. */
export function placeOf({ topic, partition, offset }: ConsumedMessage): string {
  return `${topic}[${partition}] offset ${offset}`;
}

/** Says, with the caller's commit, how the waiting of a message has ended. */
export function sayWhatBecame(tx: Transaction, { id, message }: SetAsideMessage, ended: string): void {
  tx.onCommit(() => logger.log(`${placeOf(message)} ${ended}`, { deadLetterId: id, ...fieldsOf(message) }));
}
