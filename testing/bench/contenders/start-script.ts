import { fileURLToPath } from 'node:url';
import { workspaceEnvironment } from '../../../tools/stack/paths.mjs';
import { startGroup } from '../../../tools/stack/process-group.mjs';
import type { StartService } from '../../overhead/start-services.ts';

/**
 * Starts services that are scripts named after them, such as `order-service.ts`, by the workspace's Node.
 * @param folder the URL of the folder that holds them
 */
export const startScriptsOf =
  (folder: URL, nodeOptions: string[] = []): StartService =>
  (name, environment, output) =>
    startGroup('node', [...nodeOptions, fileURLToPath(new URL(`${name}.ts`, folder))], {
      name,
      env: workspaceEnvironment(environment),
      output,
    });
