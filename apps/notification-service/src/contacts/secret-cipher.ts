import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';

/** Keys of 32 bytes in base64: the first encrypts, each may decrypt. */
export const ENCRYPTION_KEYS = Symbol('EncryptionKeys');

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts the secrets of webhooks with AES-256-GCM. The customer's id is authenticated with it, so that a secret copied to
 * another customer's row cannot be decrypted.
 */
@Injectable()
export class SecretCipher {
  private readonly keys: readonly Buffer[];

  constructor(@Inject(ENCRYPTION_KEYS) keys: readonly string[]) {
    this.keys = keys.map((key) => Buffer.from(key, 'base64'));
  }

  /** Whether there are keys that decrypt, and do not encrypt. */
  get hasOldKeys(): boolean {
    return this.keys.length > 1;
  }

  /** @returns nonce, tag and ciphertext @throws if there is no key */
  encrypt(customerId: string, secret: string): Buffer {
    const [key] = this.keys;
    if (!key) throw new Error('There is no key to encrypt secrets with');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(customerId));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** Whether the first key decrypts it. */
  isCurrent(customerId: string, encrypted: Buffer): boolean {
    const [key] = this.keys;
    return key !== undefined && decrypted(key, customerId, encrypted) !== undefined;
  }

  /** @returns undefined if no key decrypts it */
  decrypt(customerId: string, encrypted: Buffer): string | undefined {
    for (const key of this.keys) {
      const secret = decrypted(key, customerId, encrypted);
      if (secret !== undefined) return secret;
    }
    return undefined;
  }
}

function decrypted(key: Buffer, customerId: string, encrypted: Buffer): string | undefined {
  const nonce = encrypted.subarray(0, NONCE_BYTES);
  const text = encrypted.subarray(NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(customerId))
      .setAuthTag(encrypted.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // another key, another customer, or damaged
  }
}
