import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const API_VERSIONS = 18;
const CORRELATION_ID = 1;
const TIMEOUT_MS = 1_000;

/** @typedef {{ caFile: string, keystoreFile: string }} Files */

/**
 * Asks for the API versions (request v0 of the Kafka protocol), which a broker answers once it serves requests.
 * @param {number} port of localhost
 * @param {Files} [security] for TLS; it answers this before anyone has logged in
 * @returns {Promise<string | undefined>} why it does not; undefined when it does
 */
export function answersAsKafka(port, security) {
  return new Promise((resolve) => {
    const to = { port, host: '127.0.0.1', timeout: TIMEOUT_MS };
    const socket = security ? tls.connect({ ...to, servername: 'localhost', ...asBroker(security) }) : net.connect(to);
    const settle = (/** @type {string | undefined} */ reason) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once(security ? 'secureConnect' : 'connect', () => socket.write(apiVersionsRequest()));
    socket.once('data', (response) => settle(isAnswer(response) ? undefined : 'something else than Kafka answers'));
    socket.once('error', (error) => settle(error.message));
    socket.once('timeout', () => settle(`no answer within ${TIMEOUT_MS} ms`));
    socket.once('close', () => settle('the connection was closed'));
  });
}

const isAnswer = (/** @type {Buffer} */ response) => response.length >= 8 && response.readInt32BE(4) === CORRELATION_ID;

/** With the broker's own certificate, where it wants one of its clients. @param {Files} files */
function asBroker({ caFile, keystoreFile }) {
  const pair = readFileSync(keystoreFile);
  return { ca: readFileSync(caFile), cert: pair, key: pair };
}

function apiVersionsRequest() {
  const request = Buffer.alloc(14);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(API_VERSIONS, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12); // no client id
  return request;
}
