import { expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { System } from './system.ts';

it('refuses a folder with the data of another run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orderflow-chaos-'));
  await mkdir(join(folder, 'data'));
  const prepared = System.prepare({ folder, replicas: 1, brokers: 1, hasDisks: false });
  await expect(prepared).rejects.toThrow('is of another run');
  await rm(folder, { recursive: true });
});
