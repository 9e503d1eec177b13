import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import { Database } from '@orderflow/postgres';
import { SecretCipher } from './secret-cipher.js';

const AGAIN_MS = 60_000;
const MAX_BATCH = 200;

interface SecretRow {
  readonly customer_id: string;
  readonly secret: Buffer;
  readonly previous: Buffer | null;
}

/**
 * Encrypts the secrets of webhooks with the first key, once after each start with several keys, so that the others can be
 * removed. Secrets that no key decrypts stay as they are.
 */
@Injectable()
export class ReencryptSecrets implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Contacts');
  private readonly poller = new Poller(() => this.execute(), {
    intervalMs: AGAIN_MS,
    onFailure: ({ message }) =>
      this.logger.warn(`Could not encrypt secrets with the first key; trying again: ${message}`),
  });
  /** The last customer of the batch before; null before the first batch, undefined after the last. */
  private after: string | null | undefined = null;

  constructor(
    private readonly database: Database,
    private readonly cipher: SecretCipher,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.cipher.hasOldKeys) return;
    void this.database.whenReady().then(() => {
      this.poller.start();
      this.poller.wake();
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.poller.stop();
  }

  /** Continues where it has failed, and does nothing once it is done. */
  async execute(): Promise<void> {
    while (this.after !== undefined && !this.poller.isStopped) {
      this.after = await this.encryptSome(this.after);
      if (this.after === undefined)
        this.logger.log('All secrets of webhooks are encrypted with the first key; the others can be removed');
    }
  }

  /** @returns the last customer; undefined if none is left */
  private encryptSome(after: string | null): Promise<string | undefined> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<SecretRow & object>(
        `SELECT customer_id, webhook_secret AS secret, previous_webhook_secret AS previous FROM contacts
         WHERE customer_id > $1 AND webhook_secret IS NOT NULL ORDER BY customer_id LIMIT ${MAX_BATCH} FOR NO KEY UPDATE`,
        [after ?? ''],
      );
      const fresh = rows.flatMap((row) => this.encryptAgain(row));
      if (fresh.length > 0)
        tx.pipeline(
          `UPDATE contacts SET webhook_secret = fresh.secret, previous_webhook_secret = fresh.previous
           FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS fresh (id, secret, previous) WHERE customer_id = fresh.id`,
          [
            fresh.map(({ customer_id }) => customer_id),
            fresh.map(({ secret }) => secret),
            fresh.map(({ previous }) => previous),
          ],
        );
      return rows.at(-1)?.customer_id;
    });
  }

  /** @returns nothing if nothing changes */
  private encryptAgain({ customer_id, ...secrets }: SecretRow): SecretRow[] {
    const again = (encrypted: Buffer) => {
      const secret = this.cipher.isCurrent(customer_id, encrypted)
        ? undefined
        : this.cipher.decrypt(customer_id, encrypted);
      return secret === undefined ? encrypted : this.cipher.encrypt(customer_id, secret);
    };
    const [secret, previous] = [again(secrets.secret), secrets.previous && again(secrets.previous)];
    return secret === secrets.secret && previous === secrets.previous ? [] : [{ customer_id, secret, previous }];
  }
}
