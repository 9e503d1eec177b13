import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** @returns 'order_service' of `postgres: orderflow order_service 127.0.0.1(5000) idle`; undefined for Postgres' own processes */
export const databaseOf = (commandLine: string): string | undefined =>
  /^postgres: \w+ (\w+) \S+\(\d+\)/.exec(commandLine)?.[1];

/** @returns a line of /proc/<pid>/status, such as `VmHWM` in kB, without its unit; NaN if there is none */
export const statusOf = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? NaN);

/** @returns an empty text where the process has ended */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** @returns the ids of its children, whichever of its threads started them */
export const childrenOf = (pid: number): number[] =>
  threadsOf(pid).flatMap((thread) => readProc(pid, `task/${thread}/children`).split(' ').filter(Boolean).map(Number));

/** From now on its `VmHWM` is the peak since now (proc(5)); without the permission it stays the peak since its start. */
export function resetPeakMemory(pid: number) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // another kernel, or another user's process
  }
}

function threadsOf(pid: number) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
