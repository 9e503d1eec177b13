import type { Proxy } from './proxy.ts';
import type { Disk } from './disk.ts';

export interface Started {
  stop: () => Promise<void>;
  kill: () => void;
  exited: Promise<unknown>;
}

/** A broker or a database that can be stopped and started again, with its disk and the proxy for the services. */
export class Server {
  name: string;
  launch: () => Promise<Started>;
  proxy: Proxy;
  disk: Disk | undefined;
  running: Started | undefined;
  isAlive = false;

  /** @param disk its own disk; the machine's by default */
  constructor(name: string, launch: () => Promise<Started>, proxy: Proxy, disk?: Disk) {
    this.name = name;
    this.launch = launch;
    this.proxy = proxy;
    this.disk = disk;
  }

  /** Mounts its disk and opens the proxy; the server itself is not started yet. */
  async prepare() {
    await this.disk?.mount();
    await this.proxy.listen();
  }

  async start() {
    const running = await this.launch();
    this.running = running;
    this.isAlive = true;
    void running.exited.then(() => {
      if (this.running === running) this.isAlive = false;
    });
  }

  /** Kills it, as a crash would. */
  async kill() {
    this.running?.kill();
    await this.running?.exited;
  }

  async stop() {
    await this.running?.stop();
    await this.proxy.close();
    await this.disk?.unmount();
  }
}
