import { removeForeignVariables } from './foreign-variables.mjs';

const READ_AND_ENTER_BY_OTHERS = 0o055;

/**
 * What was set for other programs of this machine does not reach what we start: variables (see `removeForeignVariables`)
 * and, for root, a file mode (umask) that would keep the account of Postgres out of what we make. Secrets set their own mode.
 */
export function isolateProcess() {
  removeForeignVariables(process.env);
  if (process.getuid?.() === 0) process.umask(process.umask() & ~READ_AND_ENTER_BY_OTHERS);
}
