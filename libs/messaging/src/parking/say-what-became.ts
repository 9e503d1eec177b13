import { Logger } from '@nestjs/common';
import { type ConsumedMessage, placeOf } from '../envelope/message.js';
import { fieldsOf } from '../envelope/message-fields.js';
import type { Transaction } from '@orderflow/postgres';

const logger = new Logger('SetAside');

/**
 * Says, with the caller's commit, how the waiting of a message has ended.
 * @param ids of what is still to be found of it
 */
export function sayWhatBecame(
  tx: Transaction,
  message: ConsumedMessage,
  ended: string,
  ids: { readonly deadLetterId?: string } = {},
): void {
  tx.onCommit(() => logger.log(`${placeOf(message)} ${ended}`, { ...ids, ...fieldsOf(message) }));
}
