import { BaseRpcContext } from '@nestjs/microservices';
import type { Transaction } from '@orderflow/postgres';

/** What an `@EventPattern` handler gets as `@Ctx()`: the transaction that its effects must be part of. */
export class BatchContext extends BaseRpcContext<[Transaction]> {
  /** Open, and committed together with the inbox once every handler of the batch is through. */
  getTransaction(): Transaction {
    return this.getArgByIndex(0);
  }
}
