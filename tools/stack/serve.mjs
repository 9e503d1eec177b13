/**
 * `npx nx serve <service>`: runs one service from its sources against the local stack (`npm start -- --infra`), and again
 * whenever a source of it or of a lib that it loads changes.
 */
import path from 'node:path';
import { serviceEnvironment, services } from './environment.mjs';
import { describeFailure, Failure } from './failure.mjs';
import { root, workspaceEnvironment } from './paths.mjs';
import { startGroup, stopGroups } from './process-group.mjs';
import { onStopSignal } from './signals.mjs';

try {
  const { code } = await serve(process.argv[2]).exited;
  process.exitCode = code ?? 0;
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}

/** @param {string | undefined} name */
function serve(name) {
  const service = services.find((candidate) => candidate.name === name);
  if (!service) throw new Failure(`Name a service: ${services.map((candidate) => candidate.name).join(', ')}`);
  onStopSignal(() => stopGroups());
  const project = path.join(root, 'apps', service.name);
  const args = [
    '--watch',
    '--watch-preserve-output',
    '--conditions=@orderflow/source',
    '--import=@swc-node/register/esm-register',
    path.join(project, 'src/main.ts'),
  ];
  const variables = {
    ...serviceEnvironment(service, process.env),
    SWC_NODE_PROJECT: path.join(project, 'tsconfig.json'),
  };
  return startGroup('node', args, { name: service.name, cwd: root, env: workspaceEnvironment(variables) });
}
