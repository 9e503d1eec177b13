import { once } from 'node:events';
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

/** The way of one client to a server; nobody else takes it. */
export interface Route {
  client: string;
  /** where the client connects to */
  port: number;
  /** where the server listens */
  targetPort: number;
}

/** A proxy between clients and one server, with a port for each client: it knows who connects, and reads nothing. */
export class Proxy {
  routes: Route[];
  troubles: Set<Trouble> = new Set();
  connections: Set<Connection> = new Set();
  servers: net.Server[];

  constructor(routes: Route[]) {
    this.routes = routes;
    this.servers = routes.map((route) => net.createServer({ noDelay: true }, (socket) => this.connect(route, socket)));
  }

  async listen() {
    await Promise.all(
      this.servers.map(async (server, index) => {
        server.listen(this.routes[index]?.port, '127.0.0.1');
        await once(server, 'listening');
      }),
    );
  }

  async close() {
    this.troubles.clear();
    for (const connection of this.connections) connection.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  connect(route: Route, socket: net.Socket) {
    const connection = new Connection(this, route, socket);
    this.connections.add(connection);
    connection.obey();
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
  name: string;
  client: net.Socket;
  server: net.Socket;

  constructor(proxy: Proxy, { client: name, targetPort }: Route, client: net.Socket) {
    this.proxy = proxy;
    this.name = name;
    this.client = client;
    this.server = net.connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    this.carry(this.client, this.server);
    this.carry(this.server, this.client);
  }

  destroy() {
    this.client.destroy();
    this.server.destroy();
    this.proxy.connections.delete(this);
  }

  obey() {
    if (this.suffers('cut')) this.destroy();
  }

  suffers(kind: Trouble['kind']): Trouble | undefined {
    for (const trouble of this.proxy.troubles) {
      if (trouble.kind === kind && (trouble.clients?.includes(this.name) ?? true)) return trouble;
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
