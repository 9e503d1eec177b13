import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { runQuietly } from './command.mjs';
import { Failure } from './failure.mjs';
import { cacheDir, stateDir, workspaceEnvironment } from './paths.mjs';
import { startGroup } from './process-group.mjs';
import { temporaryFolder } from './temporary-folder.mjs';
import { waitUntilUp } from './wait-until-up.mjs';
import { whyNotUp } from './why-not-up.mjs';

const VERSION = '3.0.0';
/** It has hundreds of packages, which only those install who ask for it. */
const folder = path.join(cacheDir, `maildev-${VERSION}`);
const mailDir = path.join(stateDir, 'mail');
const START_TIMEOUT_MS = 60_000;

export const mailCatcherIsInstalled = () => existsSync(folder);

/** Installs it once; the folder appears complete or not at all. */
export async function ensureMailCatcher() {
  if (mailCatcherIsInstalled()) return;
  await mkdir(cacheDir, { recursive: true });
  const installation = temporaryFolder(cacheDir);
  const options = ['--prefix', installation, '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    await runQuietly('npm', ['install', ...options, `maildev@${VERSION}`], {
      cwd: installation,
      stopSignal: 'SIGKILL',
    });
  } catch (error) {
    const { cause, message } = /** @type {Failure} */ (error);
    const reason = String(cause).match(/^npm error .*$/m)?.[0] ?? message;
    throw new Failure(`The mail catcher could not be installed: check the network and npm's settings (${reason})`);
  }
  await rename(installation, folder).catch((error) => {
    if (!mailCatcherIsInstalled()) throw error;
  });
}

/**
 * Starts a mail server that shows what it gets on a page, for this machine alone. It keeps the mail of this run in a folder
 * that is emptied at the next start.
 * @param {{ smtpPort: number, pagePort: number, logFile: string }} options
 * @throws {Failure} when it does not answer within a minute or exits before
 */
export async function startMailCatcher({ smtpPort, pagePort, logFile }) {
  const addresses = ['--ip', '127.0.0.1', '--web-ip', '127.0.0.1'];
  await rm(mailDir, { recursive: true, force: true });
  await mkdir(mailDir, { recursive: true, mode: 0o700 });
  const args = [
    ...addresses,
    '--mail-directory',
    mailDir,
    '--smtp',
    String(smtpPort),
    '--web',
    String(pagePort),
    '--max-emails',
    '1000',
  ];
  const group = startGroup('node', [path.join(folder, 'node_modules/maildev/dist/bin/maildev.js'), ...args], {
    name: 'mail catcher',
    cwd: folder,
    env: workspaceEnvironment(),
    output: { file: logFile },
  });
  const probe = () => whyNotUp(`http://127.0.0.1:${pagePort}/`);
  await waitUntilUp({
    what: `the mail catcher on port ${pagePort}`,
    group,
    probe,
    timeoutMs: START_TIMEOUT_MS,
    logFile,
  });
  return group;
}
