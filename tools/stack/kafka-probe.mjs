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
 * @returns {Promise<boolean>}
 */
export function answersAsKafka(port, security) {
  return new Promise((resolve) => {
    const to = { port, host: '127.0.0.1', timeout: TIMEOUT_MS };
    const socket = security ? tls.connect({ ...to, servername: 'localhost', ...asBroker(security) }) : net.connect(to);
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once(security ? 'secureConnect' : 'connect', () => socket.write(apiVersionsRequest()));
    socket.once('data', (response) => settle(response.length >= 8 && response.readInt32BE(4) === CORRELATION_ID));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => settle(false));
  });
}

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
