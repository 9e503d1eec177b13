import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../../tools/stack/failure.mjs';
import { root } from '../../../tools/stack/paths.mjs';
import type { Sabotage } from './sabotage.ts';

/** What a built service needs beside its packages. */
const COPIED = /^(dist|migrations|templates|package\.json)$/;

export type Mistake = Pick<Sabotage, 'name' | 'patches'>;

/**
 * A copy of the built services and libs with a mistake in it; what is copied is not touched.
 * @param folder to be made
 * @param from what is copied; the checkout unless given
 */
export async function makeSabotagedWorkspace(mistake: Mistake, folder: string, from: string = root) {
  const patched = await patchedFiles(mistake, from);
  for (const group of ['apps', 'libs']) {
    for (const project of await readdir(path.join(from, group)))
      await copyBuilt(path.join(group, project), folder, from);
  }
  await linkPackages(folder);
  for (const [file, text] of patched) await writeFile(path.join(folder, file), text);
}

/**
 * @param from the checkout unless given
 * @returns the built files that the mistake changes, by their paths, with it in them
 * @throws {Failure} where what is to be replaced does not stand there exactly once
 */
export async function patchedFiles({ name, patches }: Mistake, from: string = root): Promise<Map<string, string>> {
  const patched = new Map<string, string>();
  for (const { file, find, replace } of patches) {
    const text = patched.get(file) ?? (await readFile(path.join(from, file), 'utf8'));
    if (text.split(find).length !== 2) throw new Failure(`Sabotage ${name} does not fit ${file} any more: "${find}"`);
    const mistaken = text.replace(find, () => replace);
    patched.set(file, mistaken);
  }
  return patched;
}

async function copyBuilt(project: string, folder: string, from: string) {
  await mkdir(path.join(folder, project), { recursive: true });
  for (const entry of await readdir(path.join(from, project))) {
    if (COPIED.test(entry))
      await cp(path.join(from, project, entry), path.join(folder, project, entry), { recursive: true });
    // those that it has in another version than the rest
    if (entry === 'node_modules') await symlink(path.join(from, project, entry), path.join(folder, project, entry));
  }
}

/** Packages are those of the checkout; the libs are those of the copy. */
async function linkPackages(folder: string) {
  const libs = path.join(folder, 'node_modules/@orderflow');
  await mkdir(libs, { recursive: true });
  for (const name of await readdir(path.join(root, 'node_modules'))) {
    if (name === '@orderflow' || name.startsWith('.')) continue;
    await symlink(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
  }
  for (const lib of await readdir(path.join(folder, 'libs')))
    await symlink(path.join(folder, 'libs', lib), path.join(libs, lib));
}
