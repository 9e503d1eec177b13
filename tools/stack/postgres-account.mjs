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
 * @param {string} target a file or folder that the server's account has to reach; a file is one that it runs
 * @throws {Failure} that names all that the account may not enter or run, and how to let it
 */
export async function assertReachable(target) {
  if (process.getuid?.() !== 0) return;
  const account = await serverAccount();
  const isClosed = async (/** @type {string} */ name) => !(await mayRun(account, name));
  const closed = await filter(foldersTo(target), isClosed);
  if (closed.length > 0) {
    throw new Failure(
      `Postgres runs as user "postgres", who may not enter ${closed.join(', ')}: move the checkout, run as another user ` +
        `than root, or ${chmod('o+x', closed)}`,
    );
  }
  const file = await stat(target).catch(() => undefined);
  if (!file?.isFile() || !(await isClosed(target))) return;
  const installed = path.resolve(path.dirname(target), '../..');
  throw new Failure(`Postgres runs as user "postgres", who may not run ${target}: ${chmod('-R o+rX', [installed])}`);
}

/** @param {string} mode @param {string[]} names */
const chmod = (mode, names) => `"chmod ${mode} ${names.map((name) => `'${name}'`).join(' ')}"`;

/**
 * Whether the account may enter the folder, or run the file.
 * @param {{ uid?: number, gid?: number }} account
 * @param {string} name
 */
async function mayRun({ uid = -1, gid = -1 }, name) {
  const owner = await stat(name);
  return (owner.mode & (owner.uid === uid ? 0o100 : owner.gid === gid ? 0o010 : 0o001)) !== 0;
}

/** @template T @param {T[]} items @param {(item: T) => Promise<boolean>} isWanted */
async function filter(items, isWanted) {
  const wanted = await Promise.all(items.map(isWanted));
  return items.filter((_, index) => wanted[index]);
}

/**
 * @param {string} target
 * @returns {string[]} the folders on the way, from the root down
 */
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
