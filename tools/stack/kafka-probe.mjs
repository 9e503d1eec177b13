import net from 'node:net';

const API_VERSIONS = 18;
const CORRELATION_ID = 1;
const TIMEOUT_MS = 1_000;

/**
 * Asks for the API versions (request v0 of the Kafka protocol), which a broker answers once it serves requests.
 * @param {number} port of localhost
 * @returns {Promise<boolean>}
 */
export function answersAsKafka(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(apiVersionsRequest()));
    socket.once('data', (response) => settle(response.length >= 8 && response.readInt32BE(4) === CORRELATION_ID));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => settle(false));
  });
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
