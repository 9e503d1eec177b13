/**
 * `npx nx serve <service>`: runs one service from its sources against the local stack (`npm start -- --infra`), and again
 * whenever a source of an app or a lib changes.
 */
import { existsSync, readdirSync, watch } from 'node:fs';
import path from 'node:path';
import { assertOwnGroups, serviceEnvironment, services } from './environment.mjs';
import { describeFailure, Failure } from './failure.mjs';
import { isolateProcess } from './isolate-process.mjs';
import { root, workspaceEnvironment } from './paths.mjs';
import { startGroup, stopGroups } from './process-group.mjs';
import { onStopSignal } from './signals.mjs';
import { say } from './steps.mjs';
import { withWebhookKey } from './webhook-key.mjs';

/** Editors and git save a file in several steps. */
const SETTLE_MS = 200;

isolateProcess();
try {
  serve(process.argv[2]);
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}

/** @param {string | undefined} name */
function serve(name) {
  const service = services.find((candidate) => candidate.name === name);
  if (!service) throw new Failure(`Name a service: ${services.map((candidate) => candidate.name).join(', ')}`);
  assertOwnGroups(process.env);
  onStopSignal(() => stopGroups().finally(() => process.exit(0)));
  let running = start(service);
  let restarting = Promise.resolve();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const restart = () => {
    restarting = restarting.then(async () => {
      say(`${service.name}: a source has changed, starting again`);
      await running.stop();
      running = start(service);
    });
  };
  // Each folder by itself: the watch on a file, and so a recursive one, is lost when git or an editor replaces the file.
  for (const folder of sourceFolders()) {
    watch(folder, (_event, file) => {
      if (!file?.endsWith('.ts')) return;
      clearTimeout(timer);
      timer = setTimeout(restart, SETTLE_MS);
    });
  }
}

/** @returns {string[]} every folder below the `src` of an app or a lib */
function sourceFolders() {
  const projects = ['apps', 'libs'].flatMap((kind) =>
    readdirSync(path.join(root, kind)).map((name) => path.join(root, kind, name, 'src')),
  );
  return projects.filter(existsSync).flatMap((source) => [
    source,
    ...readdirSync(source, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  ]);
}

/** @param {(typeof services)[number]} service */
function start(service) {
  const project = path.join(root, 'apps', service.name);
  const args = [
    '--conditions=@orderflow/source',
    '--import=@swc-node/register/esm-register',
    path.join(project, 'src/main.ts'),
  ];
  const variables = {
    ...withWebhookKey(service.name, serviceEnvironment(service, process.env)),
    SWC_NODE_PROJECT: path.join(project, 'tsconfig.json'),
  };
  return startGroup('node', args, { name: service.name, cwd: root, env: workspaceEnvironment(variables) });
}
