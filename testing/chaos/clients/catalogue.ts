import { setTimeout as delay } from 'node:timers/promises';
import type { Adjustment, NewItem, Problem } from '@orderflow/client';
import { describe, toNoAnswer } from '../../load/patience.ts';
import { oneOf } from '../../load/random.ts';
import { Failure } from '../../../tools/stack/failure.mjs';
import type { Answer, Client } from '../../load/client.ts';
import type { Book } from './book.ts';

/** Items that are always available. */
export const PLENTIFUL_ITEMS = names('PLENTY', 20);
const PLENTY = 50_000_000;
const HOT_AT_ONCE = 3;
const HOT_STOCK = 150;
const SEASON_MS = 15_000;
const RETRY_MS = 300;
const ADJUST_EVERY_MS = 200;
const MOST_ADJUSTED = 20;
const SHARE_REPEATED = 0.2;

/**
 * Some items have ample stock; a few hot ones, which change every season, soon sell out. Meanwhile pieces arrive and leave, each
 * by a request that is repeated with its key until it has a response.
 */
export class Catalogue {
  client: Client;
  urls: string[];
  random: () => number;
  book: Book;
  plentiful: string[] = [];
  hot: string[] = [];
  closing = new AbortController();
  seasons: Promise<void> = Promise.resolve();
  adjustments: Promise<void> = Promise.resolve();

  constructor({ client, urls, random, book }: { client: Client; urls: string[]; random: () => number; book: Book }) {
    this.client = client;
    this.urls = urls;
    this.random = random;
    this.book = book;
  }

  async open() {
    this.plentiful = await this.create(PLENTIFUL_ITEMS, PLENTY);
    this.hot = await this.create(names('HOT-0', HOT_AT_ONCE), HOT_STOCK);
    this.seasons = this.changeSeasons();
    this.adjustments = this.adjust();
  }

  async close() {
    this.closing.abort();
    await Promise.all([this.seasons, this.adjustments]);
  }

  async changeSeasons() {
    for (let season = 1; !this.closing.signal.aborted; season += 1) {
      await delay(SEASON_MS, undefined, { signal: this.closing.signal }).catch(() => {});
      if (!this.closing.signal.aborted) this.hot = await this.create(names(`HOT-${season}`, HOT_AT_ONCE), HOT_STOCK);
    }
  }

  async create(itemIds: string[], onHand: number) {
    for (const itemId of itemIds) {
      this.book.items.set(itemId, onHand);
      await this.createItem({ itemId, name: 'Chaos', onHand });
    }
    return itemIds;
  }

  /** @param item if it exists already, an earlier request without a response created it */
  async createItem(item: NewItem) {
    await this.insist('/inventory', item);
  }

  async adjust() {
    for (let number = 1; !this.closing.signal.aborted; number += 1) {
      await delay(ADJUST_EVERY_MS, undefined, { signal: this.closing.signal }).catch(() => {});
      if (!this.closing.signal.aborted) await this.adjustOne(number);
    }
  }

  async adjustOne(number: number) {
    const itemId = oneOf(this.random, [...this.plentiful, ...this.hot]);
    const delta = (this.random() < 0.5 ? -1 : 1) * (1 + Math.floor(this.random() * MOST_ADJUSTED));
    const headers = { 'idempotency-key': `chaos-adjustment-${number}` };
    const body: Adjustment = { delta, reason: 'Chaos' };
    const request = () => this.insist(`/inventory/${itemId}/adjustments`, body, headers);
    const { status } = await request();
    if (status !== 201) return; // fewer pieces would be left than are reserved
    if (this.random() < SHARE_REPEATED) await request(); // as a client does that has lost the response
    this.book.items.set(itemId, (this.book.items.get(itemId) ?? 0) + delta);
    this.book.counts.adjusted += 1;
  }

  /** Sends the request, each time to a random replica, until it is granted or refused. */
  async insist(path: string, body: object, headers?: Record<string, string>): Promise<Answer<Partial<Problem>>> {
    for (;;) {
      const url = `${oneOf(this.random, this.urls)}${path}`;
      const answer = await this.client.post<Partial<Problem>>(url, body, headers).catch(toNoAnswer);
      if ('status' in answer) {
        const isInFlight = answer.status === 409 && /Idempotency-Key/.test(String(answer.body?.detail));
        if (answer.status === 201 || (answer.status === 409 && !isInFlight)) return answer;
        if (answer.status < 500 && answer.status !== 401 && !isInFlight)
          throw new Failure(`POST ${url} is answered with ${describe(answer)} ${JSON.stringify(answer.body)}`);
      }
      await delay(RETRY_MS);
    }
  }
}

function names(prefix: string, count: number) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
