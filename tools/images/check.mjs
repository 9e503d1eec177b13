/**
 * Checks the services' images without Docker: does in empty folders what the Dockerfile says for each, looks whether the result
 * holds production files alone, and starts it. `node tools/images/check.mjs [service …]`, see README.md.
 */
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { services } from '../stack/environment.mjs';
import { describeFailure, Failure } from '../stack/failure.mjs';
import { root } from '../stack/paths.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { projectNode } from '../stack/project-node.mjs';
import { onStopSignal } from '../stack/signals.mjs';
import { say, step } from '../stack/steps.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';
import { copyBuildContext } from './build-context.mjs';
import { buildImage, inStage } from './build-image.mjs';
import { inspectImage } from './inspect-image.mjs';
import { provideDependencies, withOwnPlace } from './dependencies.mjs';
import { tryImage } from './try-image.mjs';

/** How this machine reaches the package registry. */
const NETWORK = /^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_(registry|cafile|userconfig|globalconfig))$/i;

const folder = temporaryFolder();
const context = path.join(folder, 'context');

onStopSignal(async () => {
  await stopGroups();
  process.exit(130);
});

try {
  await checkImages(chosen(process.argv.slice(2)));
} catch (error) {
  if (error instanceof Error && error.cause) console.error(error.cause);
  say(`FAILED: ${describeFailure(error)}`);
  process.exitCode = 1;
}
await stopGroups();

/** @param {typeof services} wanted */
async function checkImages(wanted) {
  const environment = await imageEnvironment();
  await copyBuildContext(root, context);
  const images = [];
  for (const service of wanted) {
    const { name } = service;
    images.push({ name, image: await step(`${name}: build`, () => build(service, environment)) });
  }
  const dependencies = await provideDependencies(process.env);
  for (const { name, image } of images) {
    await withOwnPlace(dependencies, name, async (variables) => {
      const { readyMs, stopMs } = await tryImage(image, { ...environment, ...variables, AUTH_ALLOW_NONE: 'true' });
      say(`${name}: ready after ${readyMs} ms, healthy, exited with code 0 ${stopMs} ms after SIGTERM`);
    });
  }
  await dependencies.stop();
}

/**
 * @param {import('../stack/environment.mjs').Service} service
 * @param {NodeJS.ProcessEnv} environment
 */
async function build({ name: service, port }, environment) {
  const dockerfile = path.join(root, 'Dockerfile');
  const args = { SERVICE: service, PORT: String(port) };
  const stages = path.join(folder, service);
  await mkdir(stages);
  const { image, baseImages, leftovers } = await buildImage({ dockerfile, context, folder: stages, environment, args });
  await Promise.all(leftovers.map((stage) => rm(stage.folder, { recursive: true })));
  await assertNode(baseImages);
  const { defects, packagesMb, ownMb } = await inspectImage({
    root: inStage(image, '/orderflow'),
    service,
    lockFile: path.join(root, 'package-lock.json'),
  });
  if (defects.length > 0) throw new Failure(`${service}: the image is not right`, { cause: defects.join('\n') });
  say(`${service}: ${packagesMb.toFixed(1)} MB of packages, ${ownMb.toFixed(2)} MB of its own`);
  return image;
}

/** @param {string[]} baseImages all have to bring the Node that everything else is tested with */
async function assertNode(baseImages) {
  const { optionalDependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  for (const image of baseImages) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (image.startsWith(`node:${version}-`)) continue;
      throw new Failure(`The images are built from ${image}, and package.json says ${name} ${version}`);
    }
  }
}

/** @returns {Promise<NodeJS.ProcessEnv>} little more than an image has: the workspace's Node, and nothing else of it */
async function imageEnvironment() {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  await symlink(projectNode(), path.join(bin, 'node'));
  const others = (process.env.PATH ?? '').split(path.delimiter).filter((entry) => !entry.includes('node_modules'));
  const network = Object.entries(process.env).filter(([name]) => NETWORK.test(name));
  return { ...Object.fromEntries(network), PATH: [bin, ...others].join(path.delimiter), HOME: process.env.HOME };
}

/** @param {string[]} names */
function chosen(names) {
  const unknown = names.find((name) => !services.some((service) => service.name === name));
  if (unknown) throw new Failure(`${unknown} is none of ${services.map(({ name }) => name).join(', ')}`);
  return names.length > 0 ? services.filter(({ name }) => names.includes(name)) : services;
}
