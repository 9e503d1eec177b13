import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';
import { present } from '../../load/present.ts';
import { EXPENSIVE_KINDS } from '../faults/expensive-kinds.ts';
import { OLDER_VERSION } from '../faults/two-versions.ts';
import { SABOTAGES } from './index.ts';
import { makeSabotagedWorkspace, patchedFiles } from './sabotaged-workspace.ts';

const POISON = fileURLToPath(new URL('../faults/poison-kinds.ts', import.meta.url));

/** Prints how many copies of what it reads of each expensive kind of poison a sabotaged lib keeps. */
const COUNT_KEPT = `
  const [{ decodeCloudEvent }, { makePoison }] = await Promise.all([import(process.argv[1]), import(process.argv[2])]);
  const kept = JSON.parse(process.argv[3]).map((kind) => {
    const { value, ...message } = makePoison({ kind, number: 'n' });
    globalThis.kept = [];
    try {
      decodeCloudEvent({ ...message, key: null, timestamp: '0', value: Buffer.from(value) }, class {});
    } catch {
      // Bad input, as it should be.
    }
    return globalThis.kept.length;
  });
  console.log(JSON.stringify(kept));
`;

/** Needs the built services: `nx test chaos` builds them first. */
describe('the services as they are built now', () => {
  const folder = temporaryFolder();

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([...SABOTAGES, OLDER_VERSION].map((mistake) => [mistake.name, mistake] as const))(
    'can be given the mistake %s',
    async (_, mistake) => {
      const files = new Set(mistake.patches.map(({ file }) => file));
      expect(new Set((await patchedFiles(mistake)).keys())).toEqual(files);
    },
  );

  it('refuse a mistake that does not fit them', async () => {
    const mistake = { name: 'x', patches: [{ file: 'package.json', find: 'it is not there', replace: '' }] };
    await expect(patchedFiles(mistake)).rejects.toThrow('does not fit');
  });

  it('keeps what is read of each expensive ORDER_CREATED, however large, where bad-input-kept is the mistake', async () => {
    const workspace = join(folder, 'bad-input-kept');
    const sabotage = SABOTAGES.find(({ name }) => name === 'bad-input-kept');
    await makeSabotagedWorkspace(present(sabotage, 'the sabotage'), workspace);
    const kinds = Object.keys(EXPENSIVE_KINDS).filter((kind) => kind.includes('-order-'));
    const modules = [join(workspace, 'libs/messaging/dist/envelope/cloud-event.js'), POISON].map(
      (file) => pathToFileURL(file).href,
    );
    const args = ['--input-type=module', '-e', COUNT_KEPT, ...modules, JSON.stringify(kinds)];
    const kept = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as number[];
    expect(kept).toEqual(kinds.map(() => 10));
  });
});
