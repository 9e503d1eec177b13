/** @typedef {{ stop: () => Promise<void>, kill: () => void, exited: Promise<unknown> }} Started */

/** A broker or a database that may be ended and started again, and the proxy by which the services reach it. */
export class Server {
  /**
   * @param {string} name
   * @param {() => Promise<Started>} launch
   * @param {import('./proxy.mjs').Proxy} proxy
   */
  constructor(name, launch, proxy) {
    this.name = name;
    this.launch = launch;
    this.proxy = proxy;
    /** @type {Started | undefined} */
    this.running = undefined;
  }

  async start() {
    this.running = await this.launch();
  }

  /** Ends it as a crash would. */
  async kill() {
    this.running?.kill();
    await this.running?.exited;
  }

  async stop() {
    await this.running?.stop();
    await this.proxy.close();
  }
}
