import { readFileSync } from 'node:fs';
import { MS_PER_TICK } from '../../overhead/cpu.ts';

/**
 * @param stat the text of /proc/stat
 * @returns milliseconds for which the machine's cores have worked since its start, whoever made them, its host included
 */
export function busyMs(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * MS_PER_TICK;
}

export const readBusyMs = (): number => busyMs(readFileSync('/proc/stat', 'latin1'));

/** @returns the share of the cores' time that went to processes of which the bench knows nothing: its noise */
export function shareOfOthers({
  busyMs,
  knownMs,
  wallMs,
  cores,
}: Record<'busyMs' | 'knownMs' | 'wallMs' | 'cores', number>) {
  return Math.max(0, busyMs - knownMs) / (wallMs * cores);
}
