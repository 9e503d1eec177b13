import { describeExit, signalGroup, startGroup, type ProcessGroup } from '../../../tools/stack/process-group.mjs';
import { poll } from '../../../tools/stack/ports.mjs';
import { projectNode } from '../../../tools/stack/project-node.mjs';
import { SERVICE_MEMORY } from '../../../tools/stack/service-memory.mjs';

/** The memory limit of a container; a message that takes more kills the process. */
const HEAP = '--max-old-space-size=400';
const SKEWED_CLOCK = new URL('skewed-clock.ts', import.meta.url).href;
const START_AGAIN_MS = 1_000;
/** After this many exits a replica is not waited for. */
const CRASH_LOOP = 3;
/** Generous, since a busy machine is not a violation. */
const READY_MS = 240_000;

/** One process of a service, which can be stopped and started again. It must run until it is stopped. */
export class Replica {
  service: string;
  name: string;
  url: string;
  main: string;
  environment: {
    HOST: string;
    PORT: string;
    KAFKA_CLIENT_ID: string;
    NO_COLOR: string;
    MALLOC_MMAP_THRESHOLD_: string;
    NODE_OPTIONS: string;
  };
  write: (line: string) => void;
  onIncident: (incident: string) => void;
  group: ProcessGroup | undefined;
  /** the one that we end */
  ending: ProcessGroup | undefined;
  hasSpoken = false;
  /** How often it was started. */
  starts = 0;
  /** How often it has exited unexpectedly. */
  crashes = 0;
  /** By how much its clock is wrong from its next start on. */
  clockSkewMs = 0;

  constructor({
    service,
    name,
    port,
    main,
    variables,
    write,
    onIncident,
  }: {
    service: string;
    /** its own, as the brokers and the database see it */
    name: string;
    port: number;
    /** the built service */
    main: string;
    variables: Record<string, string>;
    /** takes its output */
    write: (line: string) => void;
    /** told when it does not behave as a process */
    onIncident: (incident: string) => void;
  }) {
    this.service = service;
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.main = main;
    const identity = { HOST: '127.0.0.1', PORT: String(port), KAFKA_CLIENT_ID: name };
    this.environment = { ...withoutColor(process.env), ...SERVICE_MEMORY, ...variables, ...identity };
    this.write = write;
    this.onIncident = onIncident;
  }

  start() {
    this.write('--- starts ---');
    this.starts += 1;
    this.hasSpoken = false;
    const line = (text: string) => {
      this.hasSpoken = true;
      this.write(text);
    };
    const skewed = this.clockSkewMs === 0 ? [] : [`--import=${SKEWED_CLOCK}`];
    const group = startGroup(projectNode(), [HEAP, ...skewed, this.main], {
      name: this.name,
      env: { ...this.environment, CHAOS_CLOCK_SKEW_MS: String(this.clockSkewMs) },
      output: { line },
    });
    this.group = group;
    void group.exited.then((exit) => {
      this.write(`--- ${describeExit(exit)} ---`);
      if (this.ending === group) return;
      this.crashes += 1;
      this.onIncident(`${this.name} ${describeExit(exit)} by itself`);
      setTimeout(() => this.startAgain(group), START_AGAIN_MS).unref();
    });
  }

  /** Restarts it as a container runtime does, which shows whether the same message crashes it again. */
  startAgain(ended: ProcessGroup) {
    if (this.group === ended && this.ending !== ended) this.start();
  }

  /** Sends SIGKILL. */
  async kill() {
    this.ending = this.group;
    this.group?.kill();
    await this.group?.exited;
  }

  /** Sends SIGTERM, after which it must exit with 0. While it still loads, the signal itself may end it. */
  async stop() {
    const { group } = this;
    this.ending = group; // also of one that has ended by itself: it is not started again
    if (!group?.isAlive) return;
    await group.stop();
    const exit = await group.exited;
    if (exit.code !== 0 && this.hasSpoken) this.onIncident(`${this.name} ${describeExit(exit)} on SIGTERM`);
  }

  freeze() {
    if (this.group?.pid) signalGroup(this.group.pid, 'SIGSTOP');
  }

  thaw() {
    if (this.group?.pid) signalGroup(this.group.pid, 'SIGCONT');
  }

  get isAlive() {
    return this.group?.isAlive === true;
  }

  /** @returns false if it is too late, or exits repeatedly */
  whenReady(): Promise<boolean> {
    return poll(() => this.isReady(), { timeoutMs: READY_MS, alive: () => this.crashes < CRASH_LOOP });
  }

  async isReady() {
    try {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }
}

function withoutColor({ FORCE_COLOR, ...rest }: NodeJS.ProcessEnv) {
  return { ...rest, NO_COLOR: '1' }; // together they make Node warn
}
