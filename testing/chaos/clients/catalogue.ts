import { setTimeout as delay } from 'node:timers/promises';
import { describe, toNoAnswer } from '../../load/patience.ts';
import { oneOf } from '../../load/random.ts';
import { Failure } from '../../../tools/stack/failure.mjs';
import type { Client } from '../../load/client.ts';
import type { Book } from './book.ts';

/** Items that are always available. */
export const PLENTIFUL_ITEMS = names('PLENTY', 20);
const PLENTY = 50_000_000;
const HOT_AT_ONCE = 3;
const HOT_STOCK = 150;
const SEASON_MS = 15_000;
const RETRY_MS = 300;

/** Some items have ample stock; a few hot ones, which change every season, soon sell out. */
export class Catalogue {
  client: Client;
  urls: string[];
  random: () => number;
  book: Book;
  plentiful: string[] = [];
  hot: string[] = [];
  closing = new AbortController();
  seasons: Promise<void> = Promise.resolve();

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
  }

  close() {
    this.closing.abort();
    return this.seasons;
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
  async createItem(item: { itemId: string; name: string; onHand: number }) {
    for (;;) {
      const url = `${oneOf(this.random, this.urls)}/inventory`;
      const answer = await this.client.post(url, item).catch(toNoAnswer);
      if ('status' in answer && (answer.status === 201 || answer.status === 409)) return;
      if ('status' in answer && answer.status < 500)
        throw new Failure(`POST ${url} is answered with ${describe(answer)} ${JSON.stringify(answer.body)}`);
      await delay(RETRY_MS);
    }
  }
}

function names(prefix: string, count: number) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
