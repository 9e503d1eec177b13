import type { SecurityOptions } from './security/kafka-security.js';

interface KafkaError extends Error {
  readonly type?: string;
  readonly code?: unknown;
  readonly topic?: string;
  readonly errors?: readonly Error[];
}

const ACLS = 'see docs/how-to/kafka-security.md';

const BY_TYPE: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: `Kafka forbids a topic to this user: ${ACLS}`,
  GROUP_AUTHORIZATION_FAILED: `Kafka forbids the consumer group to this user, check KAFKA_GROUP_ID: ${ACLS}`,
  UNSUPPORTED_SASL_MECHANISM: 'the broker does not support this SASL mechanism: check KAFKA_SASL_MECHANISM',
  CLUSTER_AUTHORIZATION_FAILED: `Kafka forbids this to the user: ${ACLS}`,
};

const UNTRUSTED =
  "the broker's certificate is not signed by an authority we know: check KAFKA_SSL_CA, or the broker's address";
const BY_CODE: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: "the broker's certificate has expired: renew it",
  ERR_TLS_CERT_ALTNAME_INVALID: "the broker's certificate is for another name: check KAFKA_BROKERS",
};
/** OpenSSL's names of a broker's alerts about a client's certificate. A Java broker reports a missing one as a bad one. */
const ABOUT_OUR_CERTIFICATE = /_ALERT_(.*CERTIFICATE|UNKNOWN_CA)/;

/**
 * Explains an error of Kafka in one sentence, with the remedy if it is known. kafkajs wraps the cause, and reports some
 * misconfigurations only as a closed connection; then `security` determines the likely cause.
 */
export function explainKafkaError(error: unknown, security: SecurityOptions): string {
  const chain = [...causesOf(error)];
  for (const cause of chain) {
    const known = knownCause(cause);
    if (known) return known;
  }
  const message = error instanceof Error ? error.message : String(error);
  const closed = chain.some(({ name, code }) => name === 'KafkaJSConnectionClosedError' || code === 'ECONNRESET');
  return closed ? `${message}: ${whyClosed(security)}` : message;
}

function knownCause({ name, message, type, code, topic }: KafkaError): string | undefined {
  if (name === 'KafkaJSSASLAuthenticationError') return authenticationText(message);
  if (type === 'TOPIC_AUTHORIZATION_FAILED' && topic)
    return `Kafka forbids the topic ${topic} to this user, or it is missing and the user may not make it: ${ACLS}`;
  // kafkajs reports a forbidden group only like this
  if (name === 'KafkaJSGroupCoordinatorNotFound')
    return `Kafka forbids the consumer group, or has no coordinator for it yet, check KAFKA_GROUP_ID: ${ACLS}`;
  if (type && BY_TYPE[type]) return BY_TYPE[type];
  if (name === 'TokenRefused')
    return `no OAuth token: ${message}, check KAFKA_SASL_OAUTH_TOKEN_URL and the client's secret`;
  if (typeof code !== 'string') return undefined;
  if (ABOUT_OUR_CERTIFICATE.test(code))
    return 'the broker wants a client certificate, or another one: check KAFKA_SSL_CERT and KAFKA_SSL_KEY';
  return BY_CODE[code];
}

function authenticationText(message: string): string {
  return message.includes('not supported by the server')
    ? `${message}: check KAFKA_SASL_MECHANISM`
    : `Kafka refuses the user or its password, check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD: ${message}`;
}

function whyClosed({ tls, sasl }: SecurityOptions): string {
  if (!tls) return 'if this persists, the broker may require TLS on this port (KAFKA_SSL)';
  if (!sasl) return 'if this persists, the broker may require SASL (KAFKA_SASL_MECHANISM), or not use TLS on this port';
  return 'if this persists, the broker may not use TLS on this port (KAFKA_SSL)';
}

/** Whether the broker's authorizer denied a request. */
export function isForbidden(error: unknown): boolean {
  return [...causesOf(error)].some(({ type }) => type?.endsWith('_AUTHORIZATION_FAILED'));
}

/** The error and all its causes, outermost first. */
function* causesOf(error: unknown): Generator<KafkaError> {
  if (!(error instanceof Error)) return;
  yield error;
  for (const inner of (error as KafkaError).errors ?? []) yield* causesOf(inner);
  yield* causesOf(error.cause);
}
