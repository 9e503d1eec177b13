import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * Together with its id, this tells a process from every other one before and after.
 * @param {number} pid
 * @returns {string | undefined} when it was started, in whatever unit the system has; undefined when it has ended
 */
export function startTimeOf(pid) {
  try {
    return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/**
 * See proc_pid_stat(5): fields from the third on follow the command, which is in brackets and may hold spaces.
 * @param {number} pid
 */
function fromProc(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}

/** @param {number} pid */
function fromPs(pid) {
  const state = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return state.startsWith('Z') ? undefined : state.replace(/^\S+\s+/, '');
}
