import type { KafkaConfig, SASLOptions } from 'kafkajs';
import { oauthTokens, type OAuthOptions } from './oauth-tokens.js';

/** Returns the current secret. Called for each new connection, so that a renewed secret on disk is used. */
export type Secret = () => string;

export interface TlsOptions {
  /** PEM; Node's own authorities by default. */
  readonly ca?: Secret;
  /** The client's certificate in PEM, with its chain. */
  readonly certificate?: Secret;
  readonly key?: Secret;
}

export interface PasswordOptions {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: Secret;
}

export type SaslOptions = PasswordOptions | (OAuthOptions & { readonly mechanism: 'oauthbearer' });

export interface SecurityOptions {
  /** Plaintext if undefined. */
  readonly tls?: TlsOptions;
  readonly sasl?: SaslOptions;
}

/** kafkajs copies `ssl` and reads `sasl` at each new connection, so getters are enough to renew secrets. */
export function toKafkaJs({ tls, sasl }: SecurityOptions): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return { ssl: tls && toTls(tls), sasl: sasl && toSasl(sasl) };
}

function toTls({ ca, certificate, key }: TlsOptions): KafkaConfig['ssl'] {
  return {
    get ca() {
      return ca?.();
    },
    get cert() {
      return certificate?.();
    },
    get key() {
      return key?.();
    },
  };
}

function toSasl(sasl: SaslOptions): SASLOptions {
  if (sasl.mechanism === 'oauthbearer') {
    return { mechanism: 'oauthbearer', oauthBearerProvider: oauthTokens(sasl) };
  }
  const { mechanism, username, password } = sasl;
  return {
    mechanism: mechanism as 'plain', // one member of kafkajs's union for each mechanism; all three have this shape
    username,
    get password() {
      return password();
    },
  };
}
