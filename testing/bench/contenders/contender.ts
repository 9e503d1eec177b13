import type { Headers } from '../../load/client.ts';
import type { PlannedItem } from '../../load/plan.ts';
import type { RunningService, StartService } from '../../overhead/start-services.ts';
import type { Stage } from '../stage.ts';

/**
 * One way to build the three services. The driver treats all of them alike: it posts orders to `POST /orders`, which responds with
 * 201 and an `orderId`, and takes an order for decided when a message on `inventory-events` has its id as the key and
 * `INVENTORY_RESERVED` or `INVENTORY_INSUFFICIENT` as the header `ce_type`.
 */
export interface Contender {
  name: string;
  /** Of a closed loop's orders, so that a slow one does not take all the time; all unless given. */
  shareOfOrders?: number;
  /** Starts one of its services, which takes HOST, PORT, KAFKA_BROKERS and DATABASE_URL and has `/health/ready`. */
  startService: StartService;
  /** What its services need beside that. */
  variables: (stage: Stage) => Record<string, string>;
  /** Of an order of that customer; none unless given. */
  headersOf?: (stage: Stage, customerId: string) => Headers;
  /** Creates what must exist before its services start. The databases are empty, and there are no topics. */
  prepare: (stage: Stage) => Promise<void>;
  openBooks: (running: RunningService[], stage: Stage) => Promise<Books>;
}

/** What a contender's services have stored, read past them where that is possible. */
export interface Books {
  addStock: (items: PlannedItem[]) => Promise<void>;
  readStock: (itemIds: string[]) => Promise<{ itemId: string; onHand: number; reserved: number }[]>;
  /** How many orders since then are not decided yet, as the order service sees it. */
  countPending: (sinceMs: number) => Promise<number>;
  /** How many customers were notified since then: two of each order, when it is created and when it is decided. */
  countNotifications: (sinceMs: number) => Promise<number>;
  close: () => Promise<void>;
}
