import { setTimeout as delay } from 'node:timers/promises';
import { checkAvailable } from '../checks/available.mjs';
import { checkLedger } from '../checks/ledger.mjs';
import { readLag } from './lag.mjs';
import { readStockFigures } from './stock-figures.mjs';

/**
 * @typedef {object} Sample
 * @property {number} at
 * @property {number} accepted orders so far
 * @property {number} events seen in Kafka so far
 * @property {number} [lag] events that no group has handled yet, of all groups
 * @property {number} [outbox] events that wait in outboxes
 */
/** @typedef {import('../checks/violation.mjs').Violation} Violation */

const INTERVAL_MS = 1_000;
const THOROUGH_EVERY = 10;

/** Looks all the time: at what must hold at every moment, and at what the timeline shows. */
export class Sampler {
  /** @param {{ databases: import('./database.mjs').Databases, kafka: import('kafkajs').Kafka, witness: import('./witness.mjs').Witness, book: import('../clients/book.mjs').Book, inventoryUrls: string[] }} sources */
  constructor({ databases, kafka, witness, book, inventoryUrls }) {
    this.databases = databases;
    this.kafka = kafka;
    this.witness = witness;
    this.book = book;
    this.inventoryUrls = inventoryUrls;
    /** @type {Sample[]} */
    this.samples = [];
    /** @type {Violation[]} */
    this.violations = [];
    this.looks = { stock: 0, http: 0, ledger: 0 };
    this.stopping = new AbortController();
    this.running = Promise.resolve();
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

  /** @param {number} turn */
  async lookAtStock(turn) {
    const isThorough = turn % THOROUGH_EVERY === 0;
    const figures = await this.read(() =>
      isThorough
        ? readStockFigures(this.databases)
        : this.databases.query(
            'inventory-service',
            'SELECT item_id AS "itemId", on_hand AS "onHand", reserved FROM items',
          ),
    );
    if (!figures) return;
    this.looks.stock += 1;
    this.violations.push(...checkAvailable(figures));
    if (!isThorough) return;
    this.looks.ledger += 1;
    this.violations.push(...checkLedger(figures));
  }

  /** @param {number} turn what a shop sees */
  async lookAtShelf(turn) {
    const url = this.inventoryUrls[turn % this.inventoryUrls.length];
    const items = await this.read(async () => {
      const response = await fetch(`${url}/inventory?limit=200`, { signal: AbortSignal.timeout(1_000) });
      const body = await response.json();
      return response.ok ? body : undefined;
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
    const counts = await Promise.all(this.databases.services.map((service) => this.databases.query(service, sql)));
    return counts.reduce((sum, [{ n }]) => sum + n, 0);
  }

  /**
   * @template T
   * @param {() => Promise<T>} query
   * @returns {Promise<T | undefined>} nothing while the answer can't be had: then there is no sample
   */
  async read(query) {
    return query().catch(() => undefined);
  }
}
