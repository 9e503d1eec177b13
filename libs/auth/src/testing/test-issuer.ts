import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { issuerKeys, type IssuerKeysOptions } from '../issuer-keys.js';
import { TokenVerifier } from '../token-verifier.js';

export interface TestClaims {
  readonly sub?: unknown;
  readonly scope?: string;
  readonly iss?: string;
  readonly aud?: string | string[];
  /** Seconds from now, or null for none. */
  readonly expiresIn?: number | null;
  readonly notBefore?: number;
  readonly typ?: string;
  readonly [claim: string]: unknown;
}

/** An issuer of access tokens with its keys on loopback, which can be taken away and rotated. */
export class TestIssuer {
  readonly issuer = 'https://issuer.example/';
  readonly audience = 'orderflow';
  /** How often the keys were requested. */
  requests = 0;
  /** What the server responds instead of the keys. */
  failure: { readonly status: number; readonly body: string } | undefined;
  private readonly published: JWK[] = [];
  private readonly server: Server;
  private kid = 0;
  private key!: CryptoKey;

  private constructor() {
    this.server = createServer((_, response) => {
      this.requests += 1;
      const { status, body } = this.failure ?? { status: 200, body: JSON.stringify({ keys: this.published }) };
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  }

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    await issuer.rotate();
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get jwksUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks.json`;
  }

  /** @param onFailure when its keys cannot be fetched */
  verifier(onFailure: IssuerKeysOptions['onFailure'] = () => undefined): TokenVerifier {
    const { issuer, audience, jwksUrl } = this;
    return new TokenVerifier({ issuer, audience, customerClaim: 'customer_id' }, issuerKeys({ jwksUrl, onFailure }));
  }

  /** Signs with a new key from now on, and publishes it besides those before. */
  async rotate(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    this.kid += 1;
    this.key = privateKey;
    this.published.push({ ...(await exportJWK(publicKey)), kid: `k-${this.kid}`, alg: 'ES256', use: 'sig' });
  }

  /** @param key signs it; the issuer's own unless given */
  token(claims: TestClaims = {}, key: CryptoKey | Uint8Array = this.key, alg = 'ES256'): Promise<string> {
    const { expiresIn = 300, notBefore, typ = 'at+jwt', ...payload } = claims;
    const now = Math.floor(Date.now() / 1_000);
    const times = { iat: now, ...(expiresIn !== null && { exp: now + expiresIn }) };
    const all = { iss: this.issuer, aud: this.audience, sub: 'someone', ...times, ...payload };
    return new SignJWT({ ...all, ...(notBefore !== undefined && { nbf: now + notBefore }) } as JWTPayload)
      .setProtectedHeader({ alg, typ, kid: `k-${this.kid}` })
      .sign(key);
  }

  /** The public key in clear, as anyone can read it. */
  get publicKey(): JWK {
    return this.published.at(-1) as JWK;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
