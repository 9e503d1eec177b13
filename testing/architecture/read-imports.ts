import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ICruiseResult } from 'dependency-cruiser';

export interface Imports {
  /** How many source files were read. */
  readonly files: number;
  /** Each breach of `import-rules.mjs`, as the rule and the files, in the order in which they import each other. */
  readonly violations: readonly string[];
}

const CRUISER = fileURLToPath(
  new URL('../../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url),
);
const RULES = fileURLToPath(new URL('import-rules.mjs', import.meta.url));
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Reads the imports of all sources in these folders of a workspace. This takes a process of its own: inside Jest, loading
 * dependency-cruiser and TypeScript takes longer than the work.
 */
export async function readImports(root: string, folders: string[]): Promise<Imports> {
  const { modules, summary } = JSON.parse(await cruise(root, folders)) as ICruiseResult;
  return {
    files: modules.length,
    violations: summary.violations.map(({ rule, from, to, cycle }) =>
      [`${rule.name}: ${from}`, ...(cycle?.map(({ name }) => name) ?? [to])].join(' → '),
    ),
  };
}

/** The exit code is the number of violations; without any output it has not worked. */
function cruise(root: string, folders: string[]): Promise<string> {
  const command = [CRUISER, '--config', RULES, '--output-type', 'json', ...folders];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { cwd: root, maxBuffer: MAX_OUTPUT_BYTES }, (_error, stdout, stderr) => {
      if (stdout) resolve(stdout);
      else reject(new Error(stderr));
    });
  });
}
