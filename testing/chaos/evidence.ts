import type { Lag } from '../kafka/lag.ts';
import type { Refusal } from './access/access.ts';
import type { Breach } from './access/outsider.ts';
import type { Contacted } from './clients/contacts.ts';
import type { BookedOrder } from './clients/book.ts';
import type { Struck } from './faults/details.ts';
import type { SentPoison } from './faults/poison-kinds.ts';
import type { ParkedMessage, DeadLetterCopy } from './observer/parked-message.ts';
import type { StockFigures } from './observer/stock-figures.ts';
import type { Seen } from './observer/witness.ts';
import type { Receipt } from '../receivers/receiver.ts';

export interface Line {
  itemId: string;
  quantity: number;
}

export interface StatusChange {
  status: string;
  /** ISO 8601 */
  at: string;
  reason?: string;
  shipment?: Line[];
  cancelled?: Line[];
}

export interface Order {
  orderId: string;
  customerId: string;
  items: Line[];
  /** The order's number in the run. */
  totalAmount: number;
  status: string;
  history: StatusChange[];
}

export interface Reservation {
  orderId: string;
  status: string;
  items: Line[];
}

export interface Movement {
  /** Null where stock was adjusted by hand. */
  orderId: string | null;
  itemId: string;
  delta: number;
}

export interface Notification {
  notificationId: string;
  channel: string;
  orderId: string;
  customerId: string;
  type: string;
  status: string;
  createdAt: Date;
}

export interface OutboxRows {
  service: string;
  rows: number;
  /** The headers of one of them. */
  sample: string | null;
}

/** The clients' knowledge of a run. */
export interface Booked {
  orders: BookedOrder[];
  /** The created pieces by item. */
  items: Map<string, number>;
  /** Responses that the API does not allow. */
  absurd: { orderId?: string; story: string }[];
}

/** All data of a run once it is quiet, from its clients, the databases and Kafka. Checks are functions of it. */
export interface Evidence {
  book: Booked;
  /** By order id. */
  orders: Map<string, Order>;
  /** By order id. */
  reservations: Map<string, Reservation>;
  movements: Movement[];
  stock: StockFigures[];
  /** By order id. */
  notifications: Map<string, Notification[]>;
  /** The channels of the customers that have a contact, by customer id. */
  contacts: Map<string, Contacted>;
  /** What has reached the receivers; those of a channel in that order. */
  receipts: Receipt[];
  /** Webhooks without a valid signature, in words. */
  forged: string[];
  parked: ParkedMessage[];
  /** Events of the services by key, in the order of each partition. */
  events: Map<string, Seen[]>;
  poison: SentPoison[];
  copies: DeadLetterCopy[];
  /** What went wrong with who may do what; empty where the services demand no tokens. */
  access: { refusals: Refusal[]; breaches: Breach[] };
  waiting: { outboxes: OutboxRows[]; lag: Lag[] };
  /** Topics that got more partitions. */
  repartitioned: Set<string>;
  faults: Struck[];
  /** The start of the run, in ms since the epoch. */
  span: { from: number; to: number };
  /** Lines that no log may contain. */
  suspicious: { process: string; line: string }[];
  /** Unexpected exits of processes, in words. */
  incidents: string[];
}
