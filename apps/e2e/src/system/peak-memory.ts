import { readFile } from 'node:fs/promises';

/**
 * The peak memory of a process since it started, in bytes (`VmHWM` of Linux, proc_pid_status(5)).
 * @returns undefined on a system without /proc
 */
export async function peakMemoryOf(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
