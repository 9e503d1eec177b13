import net from 'node:net';
import type { Headers } from '../../load/client.ts';
import type { PlannedOrder } from '../../load/plan.ts';

export interface Response {
  status: number;
  body: string;
}

interface Waiting {
  resolve: (response: Response) => void;
  reject: (error: Error) => void;
}

const HEAD = /^HTTP\/1\.1 (\d{3})[\s\S]*?\r\ncontent-length: *(\d+)\r\n/i;

/**
 * One keep-alive connection that does no more than the driver needs, one request at a time: the driver runs on the contenders' cores,
 * and `node:http` would take as much of them as the fastest contender's order service.
 */
export class Connection {
  socket: net.Socket;
  received = '';
  waiting?: Waiting;

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1'); // one character for each byte, as content-length counts them
    socket.on('data', (text) => this.receive(String(text)));
    socket.on('close', () => this.fail(new Error('the connection was closed')));
    socket.on('error', (error) => this.fail(error));
  }

  static open({ hostname, port }: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(Number(port), hostname);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Connection(socket)));
    });
  }

  /**
   * @param request as `requestOf` writes it
   * @throws {Error} if the connection breaks or is broken, or the response has no content-length
   */
  send(request: string): Promise<Response> {
    if (this.socket.destroyed) return Promise.reject(new Error('the connection is closed'));
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request, 'latin1');
    });
  }

  close() {
    this.socket.destroy();
  }

  receive(text: string) {
    this.received += text;
    try {
      const response = parse(this.received);
      if (response) this.resolve(response);
    } catch (error) {
      this.socket.destroy(error as Error);
    }
  }

  resolve(response: Response) {
    const { waiting } = this;
    this.received = '';
    this.waiting = undefined;
    waiting?.resolve(response);
  }

  fail(error: Error) {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}

/** @returns undefined while it is incomplete; of a response without a content-length, an empty body */
export function parse(text: string): Response | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [, status, length] = HEAD.exec(text.slice(0, end + 2)) ?? [];
  if (status === undefined) throw new Error('a response without content-length');
  const body = text.slice(end + 4);
  return body.length < Number(length) ? undefined : { status: Number(status), body };
}

/**
 * The requests that place these orders, complete, so that nothing is written while they are sent.
 * @param headersOf of the customer of an order
 */
export function requestsOf(
  orders: readonly PlannedOrder[],
  headersOf: (customerId: string) => Headers = () => ({}),
): string[] {
  const headers = new Map(orders.map(({ customerId }) => [customerId, {}]));
  for (const customerId of headers.keys()) headers.set(customerId, headersOf(customerId));
  return orders.map((order) => requestOf('/orders', order, headers.get(order.customerId)));
}

/** @returns a POST of JSON in ASCII */
export function requestOf(path: string, body: object, headers: Headers = {}): string {
  const text = JSON.stringify(body);
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${given.join('')}`;
  return `${head}content-length: ${text.length}\r\n\r\n${text}`;
}
