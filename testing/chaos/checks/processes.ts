import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const logs = violationsOf('logs');
const processes = violationsOf('processes');

/** No log has a warning of Node or an uncaught error; a process stops on a signal, and only then. */
export function checkProcesses({ suspicious, incidents }: Evidence) {
  return [
    ...suspicious.map(({ process, line }) => logs('a line that no log may hold', { story: `${process}: ${line}` })),
    ...incidents.map((story) => processes('did not behave as a process', { story })),
  ];
}
