/** @typedef {{ stop: () => Promise<void>, kill: () => void, exited: Promise<unknown> }} Started */

/** A broker or a database that may be ended and started again, the proxy by which the services reach it, its disk. */
export class Server {
  /**
   * @param {string} name
   * @param {() => Promise<Started>} launch
   * @param {import('./proxy.mjs').Proxy} proxy
   * @param {import('./disk.mjs').Disk} [disk] its own; the machine's unless given
   */
  constructor(name, launch, proxy, disk) {
    this.name = name;
    this.launch = launch;
    this.proxy = proxy;
    this.disk = disk;
    /** @type {Started | undefined} */
    this.running = undefined;
    this.isAlive = false;
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
