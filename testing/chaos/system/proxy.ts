import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Network trouble of connections. */
export interface Trouble {
  /** `cut`: closed, and new ones too; `slow`: each piece comes `latencyMs` later; `blackhole`: nothing comes through, not even an end, until the trouble is over; then all of it does, late */
  kind: 'cut' | 'slow' | 'blackhole';
  /** The affected clients; all by default. */
  clients?: string[];
  latencyMs?: number;
}

const HELD_CHECK_MS = 20;

/**
 * A proxy between clients and one server. It identifies a connection by the first of `clients` in its first bytes, because
 * connections of Kafka's and Postgres's protocols begin with the client's name.
 */
export class Proxy {
  port: number;
  targetPort: number;
  clients: string[];
  troubles: Set<Trouble> = new Set();
  connections: Set<Connection> = new Set();
  server: net.Server;

  constructor({ port, targetPort, clients }: { port: number; targetPort: number; clients: string[] }) {
    this.port = port;
    this.targetPort = targetPort;
    this.clients = clients;

    this.server = net.createServer({ noDelay: true }, (socket) => this.connections.add(new Connection(this, socket)));
  }

  async listen() {
    await new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, '127.0.0.1', () => resolve(undefined));
    });
  }

  close() {
    this.troubles.clear();
    for (const connection of this.connections) connection.destroy();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** @returns a function that ends the trouble */
  trouble(trouble: Trouble): () => void {
    this.troubles.add(trouble);
    for (const connection of this.connections) connection.obey();
    return () => void this.troubles.delete(trouble);
  }
}

/** A client's connection and its counterpart to the server; what goes through keeps its order. */
class Connection {
  proxy: Proxy;
  name: string | undefined;
  client: net.Socket;
  server: net.Socket;

  constructor(proxy: Proxy, client: net.Socket) {
    this.proxy = proxy;

    this.client = client;
    this.server = net.connect({ port: proxy.targetPort, host: '127.0.0.1', noDelay: true });
    client.once('data', (bytes) => this.identify(bytes));
    this.carry(this.client, this.server);
    this.carry(this.server, this.client);
  }

  destroy() {
    this.client.destroy();
    this.server.destroy();
    this.proxy.connections.delete(this);
  }

  /** @param bytes the first that the client sends */
  identify(bytes: Buffer) {
    this.name = this.proxy.clients.find((name) => bytes.includes(name));
    this.obey();
  }

  obey() {
    if (this.suffers('cut')) this.destroy();
  }

  suffers(kind: Trouble['kind']): Trouble | undefined {
    for (const trouble of this.proxy.troubles) {
      const concerns = !trouble.clients || (this.name !== undefined && trouble.clients.includes(this.name));
      if (trouble.kind === kind && concerns) return trouble;
    }
    return undefined;
  }

  carry(from: net.Socket, to: net.Socket) {
    let waiting = 0;
    let last = Promise.resolve();
    const pass = (act: () => void) => {
      if (waiting === 0 && this.proxy.troubles.size === 0) return act();
      waiting += 1;
      const due = Date.now() + (this.suffers('slow')?.latencyMs ?? 0);
      last = last.then(async () => {
        await delay(Math.max(0, due - Date.now()));
        while (this.suffers('blackhole')) await delay(HELD_CHECK_MS);
        waiting -= 1;
        act();
      });
    };
    from.on('data', (bytes) => pass(() => void (to.writable && !to.write(bytes) && this.holdBack(from, to))));
    from.on('error', () => {});
    from.once('close', () => pass(() => this.destroy()));
  }

  holdBack(from: net.Socket, to: net.Socket) {
    from.pause();
    to.once('drain', () => from.resume());
  }
}
