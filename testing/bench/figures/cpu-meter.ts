import { cpuMsOf } from '../../overhead/cpu.ts';
import { childrenOf, databaseOf, readProc } from './processes.ts';

const SAMPLE_MS = 500;

interface Process {
  name: string;
  pid: number;
}

/** Where the CPU time of a run goes, by process. */
export interface CpuMeter {
  /** @returns milliseconds since the start by name */
  stop: () => Record<string, number>;
}

/**
 * Connections of Postgres come and go, so processes are looked at twice a second: of one that ends meanwhile, the last half second
 * is missing.
 * @param services replicas have the same name
 * @param ignored ids of Postgres' processes that work for the bench
 */
export function startCpuMeter(
  { services, kafka, postgres }: { services: Process[]; kafka: number; postgres: number },
  ignored: Set<number>,
): CpuMeter {
  const usage = new Usage();
  const fixed = [...services, { name: 'kafka', pid: kafka }, { name: 'postgres itself', pid: postgres }];
  const look = (isStart: boolean) => {
    for (const process of [...fixed, ...backendsOf(postgres, ignored)])
      usage.note(process, cpuMsOf(process.pid), isStart);
  };
  look(true);
  const timer = setInterval(look, SAMPLE_MS, false);
  return {
    stop: () => {
      clearInterval(timer);
      look(false);
      return usage.byName();
    },
  };
}

/** Sums up what each process has used since the start, or since its own if that came later. */
export class Usage {
  seen = new Map<number, { name: string; from: number; to: number }>();

  /** @param cpuMs since the start of the process; NaN if it has ended */
  note({ name, pid }: Process, cpuMs: number, isStart: boolean) {
    if (Number.isNaN(cpuMs)) return;
    const known = this.seen.get(pid);
    if (known) known.to = cpuMs;
    else this.seen.set(pid, { name, from: isStart ? cpuMs : 0, to: cpuMs });
  }

  byName(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { name, from, to } of this.seen.values()) sums[name] = (sums[name] ?? 0) + to - from;
    return sums;
  }
}

const backendsOf = (postgres: number, ignored: Set<number>): Process[] =>
  childrenOf(postgres)
    .filter((pid) => !ignored.has(pid))
    .map((pid) => {
      const database = databaseOf(readProc(pid, 'cmdline'));
      return { name: database ? `postgres ${database}` : 'postgres itself', pid };
    });
