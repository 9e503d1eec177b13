import { existsSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const OF_A_PROJECT =
  /^(apps|libs)\/[^/]+\/(package\.json|migrations\/(.+\/)?[^/]+\.sql|templates\/(.+\/)?[^/]+\.liquid|dist\/.+\.(js|json))$/;

/**
 * @param {object} options
 * @param {string} options.root the folder of the workspace in the image
 * @param {string} options.service
 * @param {string} options.lockFile tells what is for development
 * @returns {Promise<{ defects: string[], packagesMb: number, ownMb: number }>} what does not belong into the image
 * of a service or is missing there, and how much it holds
 */
export async function inspectImage({ root, service, lockFile }) {
  const { files, links } = await contentOf(root);
  const own = files.filter(({ name }) => !/(^|\/)node_modules\//.test(name));
  const misplaced = own.filter(({ name }) => !OF_A_PROJECT.test(name) || name.includes('.spec.'));
  const otherApps = own.filter(({ name }) => name.startsWith('apps/') && !name.startsWith(`apps/${service}/`));
  const broken = links.filter((name) => !existsSync(path.join(root, name)));
  return {
    defects: [
      ...[...misplaced, ...otherApps].map(({ name }) => `${name} is not for production`),
      ...(await developmentPackages(lockFile))
        .filter((location) => existsSync(path.join(root, location)))
        .map((location) => `${location} is for development`),
      ...broken.map((name) => `${name} leads nowhere`),
    ],
    packagesMb: megabytes(files) - megabytes(own),
    ownMb: megabytes(own),
  };
}

/** @param {string} lockFile */
async function developmentPackages(lockFile) {
  const { packages } = JSON.parse(await readFile(lockFile, 'utf8'));
  return Object.entries(packages)
    .filter(([, { dev, devOptional }]) => dev || devOptional)
    .map(([location]) => location);
}

/** @param {string} root */
async function contentOf(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const nameOf = (/** @type {import('node:fs').Dirent} */ entry) =>
    path.relative(root, path.join(entry.parentPath, entry.name));
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => ({ name: nameOf(entry), size: (await lstat(path.join(root, nameOf(entry)))).size }));
  return { files: await Promise.all(files), links: entries.filter((entry) => entry.isSymbolicLink()).map(nameOf) };
}

/** @param {{ size: number }[]} files */
const megabytes = (files) => files.reduce((sum, { size }) => sum + size, 0) / 1e6;
