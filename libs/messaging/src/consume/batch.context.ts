import { BaseRpcContext } from '@nestjs/microservices';

/** What an `@EventPattern` handler gets as `@Ctx()`: the transaction that its effects must be part of. */
export class BatchContext<Transaction = unknown> extends BaseRpcContext<[Transaction]> {
  /** Open, and committed by the transport together with the inbox once every handler of the batch is through. */
  getTransaction(): Transaction {
    return this.getArgByIndex(0);
  }
}
