import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const logs = violationsOf('logs');
const processes = violationsOf('processes');

/** No warning of Node and no uncaught error in any log; a process ends when it is told to, and only then. */
export function checkProcesses({ suspicious, incidents }: Evidence) {
  return [
    ...suspicious.map(({ process, line }) => logs('a line that no log may hold', { story: `${process}: ${line}` })),
    ...incidents.map((story) => processes('did not behave as a process', { story })),
  ];
}
