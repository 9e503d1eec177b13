import { violationsOf } from './violation.mjs';

const logs = violationsOf('logs');
const processes = violationsOf('processes');

/**
 * No warning of Node and no uncaught error in any log; a process ends when it is told to, and only then.
 * @param {import('../observer/evidence.mjs').Evidence} evidence
 */
export function checkProcesses({ suspicious, incidents }) {
  return [
    ...suspicious.map(({ process, line }) => logs('a line that no log may hold', { story: `${process}: ${line}` })),
    ...incidents.map((story) => processes('did not behave as a process', { story })),
  ];
}
