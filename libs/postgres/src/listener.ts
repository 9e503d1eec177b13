import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { backoffMs } from '@orderflow/concurrency';
import pg from 'pg';
import { DATABASE_OPTIONS, type DatabaseOptions } from './database.js';

const RETRY = { firstMs: 100, maxMs: 5_000 };
const TIMEOUT_MS = 5_000;
/** A connection that a firewall has forgotten, or whose other end is gone, answers nothing and says nothing. */
const PROBE_INTERVAL_MS = 5_000;

/**
 * Hears `NOTIFY` on one connection of its own, which is replaced when it is lost. What is notified meanwhile is missed:
 * use it to be earlier, never to be right.
 */
@Injectable()
export class Listener implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Listener');
  private readonly hearers = new Map<string, () => void>();
  private readonly closing = new AbortController();
  private listening = Promise.resolve();
  private said = '';

  constructor(@Inject(DATABASE_OPTIONS) private readonly options: Pick<DatabaseOptions, 'url' | 'applicationName'>) {}

  /**
   * For constructors: channels are listened to from the application's start.
   * @param hear called for each notification, and for each new connection, since something may have been missed before. It must not throw
   */
  listen(channel: string, hear: () => void): void {
    this.hearers.set(channel, hear);
  }

  onApplicationBootstrap(): void {
    this.listening = this.listenUntilClosed();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.listening;
  }

  private async listenUntilClosed(): Promise<void> {
    const { signal } = this.closing;
    let failures = 0;
    while (!signal.aborted) {
      await this.listenUntilLost(() => (failures = 0)).catch((error: Error) => this.say(error));
      failures += 1;
      await delay(backoffMs(failures, RETRY), undefined, { signal }).catch(() => undefined);
    }
  }

  private async listenUntilLost(onListening: () => void): Promise<never> {
    const { signal } = this.closing;
    const socket = new Socket({ signal });
    const client = this.createClient(socket);
    const lost = new Promise<never>((_, reject) => client.on('error', reject));
    lost.catch(() => undefined);
    try {
      await client.connect();
      for (const channel of this.hearers.keys()) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      onListening();
      if (this.said) this.logger.log('Listening again');
      this.said = '';
      for (const hear of this.hearers.values()) hear();
      for (;;) {
        await Promise.race([lost, delay(PROBE_INTERVAL_MS, undefined, { signal })]);
        await client.query('SELECT 1');
      }
    } finally {
      socket.destroy();
    }
  }

  private createClient(socket: Socket): pg.Client {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: this.options.applicationName,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
      stream: () => socket, // so that it can be given up at any moment, whatever the other end does
    });
    return client.on('notification', ({ channel }) => this.hearers.get(channel)?.());
  }

  private say({ message }: Error): void {
    if (message !== this.said && !this.closing.signal.aborted)
      this.logger.warn(`Cannot hear other replicas, trying again: ${message}`);
    this.said = message;
  }
}
