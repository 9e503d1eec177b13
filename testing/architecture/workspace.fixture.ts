import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Does the work in a temporary folder with these files. */
export async function inWorkspace<T>(
  files: Record<string, string>,
  work: (root: string) => T | Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'architecture-'));
  try {
    for (const [path, text] of Object.entries(files)) write(join(root, path), text);
    return await work(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Lets these libs import each other as those of this repository do. */
export function installLibs(root: string, libs: string[]): void {
  const packages = join(root, 'node_modules/@orderflow');
  mkdirSync(packages, { recursive: true });
  const exports = { '.': { '@orderflow/source': './src/index.ts', default: './dist/index.js' } };
  for (const lib of libs) {
    write(
      join(root, 'libs', lib, 'package.json'),
      JSON.stringify({ name: `@orderflow/${lib}`, type: 'module', exports }),
    );
    symlinkSync(join(root, 'libs', lib), join(packages, lib));
  }
}
