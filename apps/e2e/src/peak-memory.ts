import { readFile } from 'node:fs/promises';

/**
 * The most memory that a process has had at a time since it started, in bytes (`VmHWM` of Linux, proc_pid_status(5)).
 * @returns undefined where the system has no /proc
 */
export async function peakMemoryOf(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
