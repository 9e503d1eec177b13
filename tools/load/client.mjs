import http from 'node:http';

/** @typedef {{ status: number, headers: http.IncomingHttpHeaders, body: any }} Answer `body` is decoded where it is JSON */

const ANSWER_TIMEOUT_MS = 30_000;

/** A request without a whole answer. */
export class NoAnswer extends Error {
  /**
   * @param {Error & { code?: string }} cause
   * @param {boolean} mayHaveArrived false where no connection came about, so that nothing can have taken effect
   */
  constructor(cause, mayHaveArrived) {
    super(cause.code ?? cause.message, { cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** HTTP over a bounded number of kept connections per service. */
export class Client {
  /**
   * @param {number} connections per service
   * @param {{ answerTimeoutMs?: number }} [options]
   */
  constructor(connections, { answerTimeoutMs = ANSWER_TIMEOUT_MS } = {}) {
    this.answerTimeoutMs = answerTimeoutMs;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  close() {
    this.agent.destroy();
  }

  /** @param {string} url */
  get(url) {
    return this.request('GET', url);
  }

  /**
   * @param {string} url
   * @param {object} body
   * @param {Record<string, string>} [headers]
   */
  post(url, body, headers) {
    return this.request('POST', url, { payload: JSON.stringify(body), headers });
  }

  /**
   * @param {'GET' | 'POST'} method
   * @param {string} url
   * @param {{ payload?: string, headers?: Record<string, string> }} [content]
   * @returns {Promise<Answer>} whatever its status
   * @throws {NoAnswer}
   */
  request(method, url, { payload, headers: given } = {}) {
    return new Promise((resolve, reject) => {
      let connected = false;
      const fail = (/** @type {Error} */ error) => reject(new NoAnswer(error, connected));
      const headers = { ...given, ...(payload === undefined ? {} : contentHeaders(payload)) };
      const request = http.request(url, { method, headers, agent: this.agent, timeout: this.answerTimeoutMs });
      request.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => (connected = true));
        else connected = true;
      });
      request.on('timeout', () => request.destroy(new Error(`silent for ${this.answerTimeoutMs} ms`)));
      request.on('error', fail);
      request.on('response', (response) => void readAnswer(response).then(resolve, fail));
      request.end(payload);
    });
  }
}

/** @param {string} payload */
function contentHeaders(payload) {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
}

/**
 * @param {http.IncomingMessage} response
 * @returns {Promise<Answer>}
 */
async function readAnswer(response) {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, body: decode(text) };
}

/** @param {string} text */
function decode(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
