import { describe, expect, it } from '@jest/globals';
import { explainKafkaError } from './explain-kafka-error.js';

const wrapped = (cause: Error) => new Error('Number of retries exceeded', { cause: new Error('inner', { cause }) });
const named = (name: string) => Object.assign(new Error('said by kafkajs'), { name });
const closed = named('KafkaJSConnectionClosedError');
const untrusted = Object.assign(named('KafkaJSConnectionError'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
const ofCode = (code: string) => Object.assign(named('KafkaJSConnectionError'), { code });
const ofType = (type: string, topic?: string) => Object.assign(new Error('Not authorized'), { type, topic });
const tls = {};
const sasl = { mechanism: 'plain', username: 'u', password: () => 'p' } as const;

describe('explainKafkaError', () => {
  it.each([
    ['a wrong password', named('KafkaJSSASLAuthenticationError'), { tls, sasl }, 'KAFKA_SASL_PASSWORD'],
    ['an unknown authority', untrusted, { tls, sasl }, 'KAFKA_SSL_CA'],
    ['a forbidden topic', ofType('TOPIC_AUTHORIZATION_FAILED', 'orders'), {}, 'the topic orders'],
    ['a forbidden group', ofType('GROUP_AUTHORIZATION_FAILED'), {}, 'consumer group'],
    ['a mechanism that is off', ofType('UNSUPPORTED_SASL_MECHANISM'), { tls, sasl }, 'KAFKA_SASL_MECHANISM'],
    ['a hidden coordinator', named('KafkaJSGroupCoordinatorNotFound'), {}, 'consumer group'],
    [
      'a client certificate that Java misses',
      ofCode('ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE'),
      { tls },
      'KAFKA_SSL_CERT',
    ],
    ['one that others miss', ofCode('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), { tls }, 'KAFKA_SSL_CERT'],
    ['one of a strange authority', ofCode('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'), { tls }, 'KAFKA_SSL_CERT'],
    ['plaintext to a TLS port', closed, {}, 'KAFKA_SSL)'],
    ['TLS without SASL', closed, { tls }, 'KAFKA_SASL_MECHANISM'],
  ])('names %s, however deep kafkajs wraps it, and what to do', (_, error, security, text) => {
    expect(explainKafkaError(wrapped(error), security)).toContain(text);
  });

  it('explains the errors in an aggregate', () => {
    const aggregate = Object.assign(new Error('several'), { errors: [ofType('TOPIC_AUTHORIZATION_FAILED', 'orders')] });
    expect(explainKafkaError(aggregate, {})).toContain('the topic orders');
  });

  it('returns the message of an unknown error unchanged', () => {
    expect(explainKafkaError(new Error('no leader'), {})).toBe('no leader');
  });
});
