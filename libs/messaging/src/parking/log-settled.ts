import { Logger } from '@nestjs/common';
import type { Transaction } from '@orderflow/postgres';
import { fieldsOf } from '../envelope/message-fields.js';
import { type ConsumedMessage, placeOf } from '../envelope/message.js';

const logger = new Logger('Parking');

/** Logs the outcome of a parked message when the caller's transaction commits. */
export function logSettled(
  tx: Transaction,
  message: ConsumedMessage,
  outcome: string,
  ids: { readonly deadLetterId?: string } = {},
): void {
  tx.onCommit(() => logger.log(`${placeOf(message)} ${outcome}`, { ...ids, ...fieldsOf(message) }));
}
