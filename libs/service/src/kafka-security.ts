import { secretOf } from './config/load-config.js';
import type { ServiceConfig } from './config/service-config.js';
import type { SaslOptions, SecurityOptions, TlsOptions } from '@orderflow/messaging';

/** TLS and SASL as configured; secrets from files are read again for each connection. */
export function kafkaSecurityOf(config: ServiceConfig): SecurityOptions {
  return { tls: tlsOf(config), sasl: saslOf(config) };
}

function tlsOf(config: ServiceConfig): TlsOptions | undefined {
  const ca = secretOf(config, 'kafkaSslCa');
  const certificate = secretOf(config, 'kafkaSslCert');
  if (!config.kafkaSsl && !ca && !certificate) return undefined;
  return { ca, certificate, key: secretOf(config, 'kafkaSslKey') };
}

function saslOf(config: ServiceConfig): SaslOptions | undefined {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username = '' } = config;
  const password = secretOf(config, 'kafkaSaslPassword') ?? (() => '');
  if (mechanism === undefined) return undefined;
  if (mechanism !== 'oauthbearer') return { mechanism, username, password };
  const { kafkaSaslOauthTokenUrl: tokenUrl = '', kafkaSaslOauthScope: scope } = config;
  return { mechanism, tokenUrl, clientId: username, clientSecret: password, scope };
}
