import { setTimeout as delay } from 'node:timers/promises';
import { checkAvailable, type StockLevel } from '../checks/available.ts';
import { checkLedger } from '../checks/ledger.ts';
import { readLag } from '../../kafka/lag.ts';
import { readStockFigures } from './stock-figures.ts';
import type { Client } from '../../load/client.ts';
import type { Violation } from '../checks/violation.ts';
import type { Databases } from './database.ts';
import type { Kafka } from 'kafkajs';
import type { Witness } from './witness.ts';
import type { Book } from '../clients/book.ts';

export interface Sample {
  at: number;
  /** Orders so far. */
  accepted: number;
  /** Events seen in Kafka so far. */
  events: number;
  /** Events that are not handled yet, summed over all groups. */
  lag?: number;
  /** Events that wait in outboxes. */
  outbox?: number;
}

const INTERVAL_MS = 1_000;
const THOROUGH_EVERY = 10;
const STOCK = 'SELECT item_id AS "itemId", on_hand AS "onHand", reserved FROM items';

/** Samples the system continuously, for the invariants that must always hold and for the timeline. */
export class Sampler {
  databases: Databases;
  kafka: Kafka;
  witness: Witness;
  book: Book;
  inventoryUrls: string[];
  staff: Client;
  samples: Sample[] = [];
  violations: Violation[] = [];
  looks = { stock: 0, http: 0, ledger: 0 };
  stopping = new AbortController();
  running: Promise<void> = Promise.resolve();

  constructor({
    databases,
    kafka,
    witness,
    book,
    inventoryUrls,
    staff,
  }: {
    databases: Databases;
    kafka: Kafka;
    witness: Witness;
    book: Book;
    inventoryUrls: string[];
    /** gives up soon */
    staff: Client;
  }) {
    this.databases = databases;
    this.kafka = kafka;
    this.witness = witness;
    this.book = book;
    this.inventoryUrls = inventoryUrls;
    this.staff = staff;
  }

  start() {
    this.running = this.look();
  }

  async stop() {
    this.stopping.abort();
    await this.running;
  }

  async look() {
    for (let turn = 0; !this.stopping.signal.aborted; turn += 1) {
      await Promise.all([this.lookAtStock(turn), this.lookAtShelf(turn), this.sample()]);
      await delay(INTERVAL_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
    }
  }

  async lookAtStock(turn: number) {
    if (turn % THOROUGH_EVERY === 0) return this.lookAtLedger();
    const levels = await this.read(() => this.databases.query<StockLevel>('inventory-service', STOCK));
    if (!levels) return;
    this.looks.stock += 1;
    this.violations.push(...checkAvailable(levels));
  }

  async lookAtLedger() {
    const figures = await this.read(() => readStockFigures(this.databases));
    if (!figures) return;
    this.looks.stock += 1;
    this.looks.ledger += 1;
    this.violations.push(...checkAvailable(figures), ...checkLedger(figures));
  }

  /** The stock as a client of the API sees it. */
  async lookAtShelf(turn: number) {
    const url = this.inventoryUrls[turn % this.inventoryUrls.length];
    const items = await this.read(async () => {
      const { status, body } = await this.staff.get<StockLevel[]>(`${url}/inventory?limit=200`);
      return status === 200 ? body : undefined;
    });
    if (!items) return;
    this.looks.http += 1;
    this.violations.push(...checkAvailable(items));
  }

  async sample() {
    const at = Date.now();
    const [lag, outbox] = await Promise.all([
      this.read(() => readLag(this.kafka)),
      this.read(() => this.countOutbox()),
    ]);
    this.samples.push({
      at,
      accepted: this.book.counts.accepted,
      events: this.witness.seen,
      lag: lag?.reduce((sum, { behind }) => sum + behind, 0),
      outbox,
    });
  }

  async countOutbox() {
    const sql = 'SELECT count(*)::int AS n FROM outbox';
    const counts = await Promise.all(
      this.databases.services.map((service) => this.databases.query<{ n: number }>(service, sql)),
    );
    return counts.reduce((sum, [count]) => sum + (count?.n ?? 0), 0);
  }

  /** @returns undefined if the query fails; then there is no sample */
  async read<T>(query: () => Promise<T>): Promise<T | undefined> {
    return query().catch(() => undefined);
  }
}
