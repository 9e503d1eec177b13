import type { RunningService } from '../../overhead/start-services.ts';
import { cpuMsOf } from '../../overhead/cpu.ts';
import type { Stage } from '../stage.ts';
import { childrenOf, databaseOf, readProc, statusOf } from './processes.ts';
import { Usage, type Process } from './usage.ts';

const SAMPLE_MS = 500;
const ITSELF = 'postgres itself';

/**
 * Connections of Postgres come and go, so processes are looked at twice a second: of one that ends meanwhile, the last half second
 * is missing.
 * @param ignored ids of Postgres' processes that work for the bench
 */
export function startProcessMeter(
  { kafka, postgres }: Stage,
  { running, ignored }: { running: RunningService[]; ignored: Set<number> },
) {
  const [cpu, waits] = [new Usage(), new Usage()];
  const look = (isStart: boolean) => {
    const services = running.map(({ name, group }) => ({ name, pid: group.pid ?? NaN }));
    const servers = [{ name: 'kafka', pid: kafka.pid ?? NaN }, ...processesOf(postgres.pid ?? NaN, ignored)];
    for (const process of [...services, ...servers]) cpu.note(process, cpuMsOf(process.pid), isStart);
    for (const { name, pid } of servers.filter(isConnection)) {
      waits.note({ name, pid }, statusOf(readProc(pid, 'status'), 'voluntary_ctxt_switches'), isStart);
    }
  };
  look(true);
  const timer = setInterval(look, SAMPLE_MS, false);
  return {
    /** @returns milliseconds of CPU since the start by name, and how often connections of Postgres have waited */
    stop: () => {
      clearInterval(timer);
      look(false);
      return { cpuMs: cpu.byName(), waits: Object.values(waits.byName()).reduce((sum, count) => sum + count, 0) };
    },
  };
}

const isConnection = ({ name }: Process) => name.startsWith('postgres ') && name !== ITSELF;

function processesOf(postgres: number, ignored: Set<number>): Process[] {
  const children = childrenOf(postgres).filter((pid) => !ignored.has(pid));
  const named = children.map((pid) => {
    const database = databaseOf(readProc(pid, 'cmdline'));
    return { name: database === undefined ? ITSELF : `postgres ${database}`, pid };
  });
  return [{ name: ITSELF, pid: postgres }, ...named];
}
