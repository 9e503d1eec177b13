import http from 'node:http';

/** `body` is decoded if it is JSON. Its type follows the service's API and is not checked here. */
export interface Answer<Body = unknown> {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Body;
}

export type Headers = Record<string, string>;

const ANSWER_TIMEOUT_MS = 30_000;

/** A request without a complete response. */
export class NoAnswer extends Error {
  mayHaveArrived: boolean;

  /** @param mayHaveArrived false if there was no connection, so that the request cannot have taken effect */
  constructor(cause: Error & { code?: string }, mayHaveArrived: boolean) {
    super(cause.code ?? cause.message, { cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** An HTTP client with a bounded number of keep-alive connections per service. */
export class Client {
  answerTimeoutMs: number;
  headers: Headers;
  agent: http.Agent;

  /**
   * @param connections how many per service, or those of another client
   * @param options `headers`: of each request
   */
  constructor(
    connections: number | http.Agent,
    { answerTimeoutMs = ANSWER_TIMEOUT_MS, headers = {} }: { answerTimeoutMs?: number; headers?: Headers } = {},
  ) {
    this.answerTimeoutMs = answerTimeoutMs;
    this.headers = headers;
    this.agent =
      typeof connections === 'number' ? new http.Agent({ keepAlive: true, maxSockets: connections }) : connections;
  }

  close() {
    this.agent.destroy();
  }

  get<Body = unknown>(url: string) {
    return this.request<Body>('GET', url);
  }

  post<Body = unknown>(url: string, body: object, headers?: Headers) {
    return this.request<Body>('POST', url, { payload: JSON.stringify(body), headers });
  }

  put<Body = unknown>(url: string, body: object) {
    return this.request<Body>('PUT', url, { payload: JSON.stringify(body) });
  }

  /**
   * @returns the response, whatever its status
   * @throws {NoAnswer}
   */
  request<Body = unknown>(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    { payload, headers: given }: { payload?: string; headers?: Headers } = {},
  ): Promise<Answer<Body>> {
    return new Promise((resolve, reject) => {
      let connected = false;
      const fail = (error: Error) => reject(new NoAnswer(error, connected));
      const headers = { ...this.headers, ...given, ...(payload === undefined ? {} : contentHeaders(payload)) };
      const request = http.request(url, { method, headers, agent: this.agent, timeout: this.answerTimeoutMs });
      request.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => (connected = true));
        else connected = true;
      });
      request.on('timeout', () => request.destroy(new Error(`silent for ${this.answerTimeoutMs} ms`)));
      request.on('error', fail);
      request.on('response', (response) => void readAnswer<Body>(response).then(resolve, fail));
      request.end(payload);
    });
  }
}

function contentHeaders(payload: string) {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
}

async function readAnswer<Body>(response: http.IncomingMessage): Promise<Answer<Body>> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, body: decode(text) as Body };
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
