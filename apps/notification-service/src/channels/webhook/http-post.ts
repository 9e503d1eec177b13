import http from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';

export interface HttpPostOptions {
  /** For the connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** For the whole, from the connection to the end of the response. */
  readonly timeoutMs: number;
  readonly lookup: LookupFunction;
  /** Certificates of authorities (PEM) instead of those of Node. */
  readonly ca?: string;
}

export interface OutgoingRequest {
  readonly url: URL;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: string;
}

export interface ResponseHead {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** The connection was not established, or no response has come, in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** The server has closed a kept connection before it could see the request. */
class ConnectionGone extends Error {}

const MAX_RESPONSE_BYTES = 65_536;
const KEEP_ALIVE = { keepAlive: true, maxFreeSockets: 4, timeout: 30_000 };

/**
 * Sends POST requests over kept connections. It follows no redirect, and reads nothing of a response but its head: once that
 * is here, it counts, even if the body never ends. The connection is kept if the body ends within 64 KiB and in time.
 */
export class HttpPost {
  private readonly http: http.Agent;
  private readonly https: https.Agent;

  constructor(private readonly options: HttpPostOptions) {
    this.http = new http.Agent(KEEP_ALIVE);
    this.https = new https.Agent({ ...KEEP_ALIVE, ...(options.ca && { ca: options.ca }) });
  }

  /**
   * @throws {TimedOut} after the time-outs
   * @throws the signal's reason if that ends it; otherwise an error with the `code` of Node
   */
  async send(request: OutgoingRequest, signal: AbortSignal): Promise<ResponseHead> {
    const end = new AbortController();
    const stop = () => end.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const { timeoutMs } = this.options;
    const timer = setTimeout(() => end.abort(new TimedOut(`no response within ${timeoutMs / 1_000} s`)), timeoutMs);
    try {
      return await this.repeatIfGone(request, end);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  /** A server may close a kept connection at any time; the request is sent again over another one, at most once. */
  private async repeatIfGone(request: OutgoingRequest, end: AbortController): Promise<ResponseHead> {
    try {
      return await this.attempt(request, end);
    } catch (error) {
      if (!(error instanceof ConnectionGone)) throw error;
      return await this.attempt(request, end, false);
    }
  }

  private attempt(
    { url, headers, body }: OutgoingRequest,
    end: AbortController,
    keptConnection = true,
  ): Promise<ResponseHead> {
    return new Promise((resolve, reject) => {
      end.signal.throwIfAborted(); // Node would connect all the same
      const [protocol, agent] = url.protocol === 'https:' ? [https, this.https] : [http, this.http];
      const { lookup } = this.options;
      const options = { method: 'POST', headers, lookup, agent: keptConnection && agent, signal: end.signal };
      const request = protocol.request(url, keptConnection ? options : { ...options, ...this.ownConnection() });
      let head: ResponseHead | undefined;
      request.once('socket', (socket) => this.limitConnecting(socket, url.protocol, end));
      request.once('response', (response) => {
        head = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
        readToEnd(response, () => resolve(head as ResponseHead));
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (head) return resolve(head);
        if (end.signal.aborted) return reject(end.signal.reason as Error);
        const isGone = keptConnection && request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
        reject(isGone ? new ConnectionGone() : error);
      });
      request.end(body);
    });
  }

  private ownConnection(): { ca?: string } {
    return this.options.ca === undefined ? {} : { ca: this.options.ca };
  }

  private limitConnecting(socket: Socket, protocol: string, end: AbortController): void {
    if (!socket.connecting) return;
    const { connectTimeoutMs } = this.options;
    const giveUp = () => end.abort(new TimedOut(`no connection within ${connectTimeoutMs / 1_000} s`));
    const timer = setTimeout(giveUp, connectTimeoutMs);
    const clear = () => clearTimeout(timer);
    socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', clear);
    socket.once('close', clear);
  }
}

/** Reads and drops the body; closes the connection if it is too long. */
function readToEnd(response: http.IncomingMessage, done: () => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_RESPONSE_BYTES) response.destroy();
  });
  response.on('error', () => undefined); // the head counts
  response.once('close', done);
}
