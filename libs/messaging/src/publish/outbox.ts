import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { encodeCloudEvent } from '../envelope/cloud-event.js';
import { type OutgoingMessage } from '../envelope/message.js';
import { traceOfNew } from '../envelope/event-spans.js';
import type { Transaction } from '@orderflow/postgres';
import { EventContracts } from './event-contracts.js';
import { OUTBOX_OPTIONS, type OutboxOptions } from './outbox.options.js';
import { OutboxPublisher } from './outbox.publisher.js';
import { OutboxRelay } from './outbox.relay.js';
import { insertMessages, type WrittenRow } from './table/outbox.table.js';
import { OutboxWatch } from './watch/outbox.watch.js';

/** An event for other services. */
export interface OutgoingEvent {
  readonly topic: string;
  /** Identifies the event's subject. Events of one topic and key are published in the order in which they were added. */
  readonly key: string;
  readonly type: string;
  readonly data: object;
  /** `ce_id`; a new UUID unless given. Consumers drop an event whose id they have settled already. */
  readonly id?: string;
}

/** The transactional outbox: an event is published if, and only if, the state change that it reports is committed. */
@Injectable()
export class Outbox {
  constructor(
    @Inject(OUTBOX_OPTIONS) private readonly options: OutboxOptions,
    private readonly publisher: OutboxPublisher,
    private readonly relay: OutboxRelay,
    private readonly watch: OutboxWatch,
    private readonly contracts: EventContracts,
  ) {}

  /**
   * Writes events in the caller's transaction. After its commit they are published at least once, in order per topic and
   * key. The caller must lock the events' subjects; without a lock, two writers of one key have no order. Each event
   * continues the trace of its cause. Its `ce_time` is the time of writing by the database's clock. The write is pipelined:
   * if it fails, the transaction does.
   * @throws {OutboxFull} if too many events wait for Kafka
   * @throws {InvalidEvent} if consumers would reject one of the events
   */
  async add(tx: Transaction, events: readonly OutgoingEvent[]): Promise<void> {
    if (events.length === 0) return;
    this.watch.assertRoom();
    for (const event of events) this.contracts.assertValid(event);
    const messages = events.map((event) => this.toMessage(event));
    this.write(tx, messages, { timeHeader: 'ce_time' });
  }

  private toMessage({ topic, key, type, data, id = randomUUID() }: OutgoingEvent): OutgoingMessage {
    const { source } = this.options;
    const trace = traceOfNew({ id, topic, key, type });
    return encodeCloudEvent({ id, source, type, subject: key, data }, { topic, key, trace });
  }

  /** Writes messages that are not events, unchecked of this service. They are published byte for byte as given. */
  addMessages(tx: Transaction, messages: readonly OutgoingMessage[]): void {
    this.write(tx, messages);
  }

  private write(
    tx: Transaction,
    messages: readonly OutgoingMessage[],
    options: { readonly timeHeader?: string } = {},
  ): void {
    const writerPublishes = !this.publisher.isPaused;
    insertMessages(tx, messages, { ...options, writerPublishes }, (rows) => tx.onCommit(() => this.publish(rows)));
  }

  private publish(rows: readonly WrittenRow[]): void {
    this.publisher.publish(rows.filter(({ leftToRelay }) => !leftToRelay));
    if (rows.some(({ leftToRelay }) => leftToRelay)) this.relay.wake();
  }
}
