import { readFileSync } from 'node:fs';

/** Linux has 100 of them a second, whatever its kernel's own clock does (proc(5), `_SC_CLK_TCK`). */
export const MS_PER_TICK = 10;

/** @returns the CPU time of the process in milliseconds; NaN without /proc */
export function cpuMsOf(pid: number | undefined): number {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(afterName[11]) + Number(afterName[12])) * MS_PER_TICK; // utime, stime
  } catch {
    return NaN;
  }
}
