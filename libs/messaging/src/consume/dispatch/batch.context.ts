import { BaseRpcContext } from '@nestjs/microservices';
import type { Transaction } from '@orderflow/postgres';

/** The `@Ctx()` of an `@EventPattern` handler: the transaction that its effects must be part of. */
export class BatchContext extends BaseRpcContext<[Transaction]> {
  /** An open transaction. It commits with the inbox after all handlers of the batch. */
  getTransaction(): Transaction {
    return this.getArgByIndex(0);
  }
}
