import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { backoffMs } from '@orderflow/concurrency';
import pg from 'pg';
import { connectionOptions } from '../database/connection-options.js';
import { DATABASE_OPTIONS, type DatabaseOptions } from '../database/database.js';

const RETRY = { firstMs: 100, maxMs: 5_000 };
const TIMEOUT_MS = 5_000;
/** A firewall may drop a connection, or its other end may vanish, without an error on this side. */
const PROBE_INTERVAL_MS = 5_000;

/**
 * Receives `NOTIFY` on a dedicated connection, which is replaced when it is lost. Notifications that are sent meanwhile are
 * missed: use them to react sooner, never for correctness.
 */
@Injectable()
export class Listener implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Listener');
  private readonly callbacks = new Map<string, () => void>();
  private readonly closing = new AbortController();
  private listening = Promise.resolve();
  private lastFailure = '';

  constructor(
    @Inject(DATABASE_OPTIONS) private readonly options: Pick<DatabaseOptions, 'url' | 'ca' | 'applicationName'>,
  ) {}

  /**
   * Call it in a constructor: listening begins when the application starts.
   * @param onNotification called for each notification, and for each new connection, as notifications may have been missed
   * before. It must not throw
   */
  listen(channel: string, onNotification: () => void): void {
    this.callbacks.set(channel, onNotification);
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
      await this.listenUntilLost(() => (failures = 0)).catch((error: Error) => this.logFailure(error));
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
      for (const channel of this.callbacks.keys()) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      onListening();
      if (this.lastFailure) this.logger.log('Listening again');
      this.lastFailure = '';
      for (const onNotification of this.callbacks.values()) onNotification();
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
      ...connectionOptions(this.options),
      application_name: this.options.applicationName,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
      stream: () => socket, // so that it can be destroyed at any moment, whatever the other end does
    });
    return client.on('notification', ({ channel }) => this.callbacks.get(channel)?.());
  }

  private logFailure({ message }: Error): void {
    if (message !== this.lastFailure && !this.closing.signal.aborted)
      this.logger.warn(`Cannot receive notifications of other replicas; trying again: ${message}`);
    this.lastFailure = message;
  }
}
