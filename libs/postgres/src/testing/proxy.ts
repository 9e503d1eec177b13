import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Below the ports that systems give out: while a proxy is closed, nobody else gets its port, such as another test's proxy. */
const PORTS = { from: 20_000, count: 12_000 };

/** A way to a server that can be closed, as if the server were down, or fall silent, like a network that drops packets. */
export class Proxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(
    private readonly target: URL,
    private readonly port: number,
  ) {}

  static async to(url: string): Promise<Proxy> {
    for (;;) {
      const proxy = new Proxy(new URL(url), PORTS.from + Math.floor(Math.random() * PORTS.count));
      try {
        await proxy.open();
        return proxy;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
  }

  /** The target's URL by way of the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Whether new connections get through. */
  get isOpen(): boolean {
    return this.server?.listening ?? false;
  }

  async open(): Promise<void> {
    this.server = createServer((client) => this.join(client)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Connections that are open stay open, and carry nothing any more; new ones work. */
  fallSilent(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Connections break, and new ones are refused. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await closed;
  }

  private join(client: Socket): void {
    const upstream = connect({ host: this.target.hostname, port: Number(this.target.port) });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => from.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  }
}
