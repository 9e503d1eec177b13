import type { Proxy } from './proxy.ts';
import type { Disk } from './disk.ts';

export interface Started {
  stop: () => Promise<void>;
  kill: () => void;
  exited: Promise<unknown>;
}

/** A broker or a database that may be ended and started again, the proxy by which the services reach it, its disk. */
export class Server {
  name: string;
  launch: () => Promise<Started>;
  proxy: Proxy;
  disk: Disk | undefined;
  running: Started | undefined;
  isAlive = false;

  /** @param disk its own; the machine's unless given */
  constructor(name: string, launch: () => Promise<Started>, proxy: Proxy, disk?: Disk) {
    this.name = name;
    this.launch = launch;
    this.proxy = proxy;
    this.disk = disk;
  }

  /** Mounts its disk and lets clients in; they find nobody yet. */
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

  /** Ends it as a crash would. */
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
