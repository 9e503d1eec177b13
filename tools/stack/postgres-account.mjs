import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Failure } from './failure.mjs';

/**
 * @returns {Promise<{ uid?: number, gid?: number }>} whom the server runs as: `postgres` for root, whom Postgres refuses,
 * else whoever we are
 */
export async function serverAccount() {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all([numericId('-u'), numericId('-g')]);
  return { uid, gid };
}

/**
 * @param {string} target a file or folder that the server's account has to reach
 * @throws {Failure} that names the first folder on the way that the account may not enter
 */
export async function assertReachable(target) {
  if (process.getuid?.() !== 0) return;
  const { uid = -1, gid = -1 } = await serverAccount();
  for (const folder of foldersTo(target)) {
    const owner = await stat(folder);
    const mayEnter = owner.uid === uid ? 0o100 : owner.gid === gid ? 0o010 : 0o001;
    if (owner.mode & mayEnter) continue;
    throw new Failure(
      `Postgres runs as user "postgres", who may not enter ${folder}: move the checkout, run as another user than root, ` +
        `or "chmod o+x ${folder}"`,
    );
  }
}

/** @returns {string[]} the folders on the way, from the root down */
function foldersTo(target) {
  const parent = path.dirname(target);
  return parent === target ? [] : [...foldersTo(parent), parent];
}

/** @param {'-u' | '-g'} kind */
async function numericId(kind) {
  try {
    const { stdout } = await promisify(execFile)('id', [kind, 'postgres']);
    return Number(stdout);
  } catch {
    return undefined; // it is created together with the first cluster
  }
}
