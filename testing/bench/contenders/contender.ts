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
  /** Whether it survives a restart: the others are not asked to. */
  isDurable: boolean;
  /** Starts one of its services, which takes HOST, PORT, KAFKA_BROKERS and DATABASE_URL and has `/health/ready`. */
  startService: StartService;
  /** What its services need beside that. */
  variables: (stage: Stage) => Record<string, string>;
  /** Creates what must exist before its services start. The databases are empty, and there are no topics. */
  prepare: (stage: Stage) => Promise<void>;
  openBooks: (running: RunningService[], stage: Stage) => Promise<Books>;
}

/** What a contender's services have stored, read past them where that is possible. */
export interface Books {
  addStock: (items: PlannedItem[]) => Promise<void>;
  readStock: (itemIds: string[]) => Promise<{ itemId: string; onHand: number; reserved: number }[]>;
  /** How many orders are not decided yet, as the order service sees it. */
  countPending: () => Promise<number>;
  /** How many customers were notified since the start: two of each order, when it is created and when it is decided. */
  countNotifications: () => Promise<number>;
  close: () => Promise<void>;
}
