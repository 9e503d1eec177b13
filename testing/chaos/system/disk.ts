import { existsSync } from 'node:fs';
import { mkdir, open, rm, statfs, truncate } from 'node:fs/promises';
import path from 'node:path';
import { runQuietly } from '../../../tools/stack/command.mjs';

/** Sparse: what is not written takes no room. More than a run of an hour fills. */
const SIZE_BYTES = 16 * 1024 ** 3;
const SMALLEST_BYTES = 4_096;

/** @returns whether a disk can be mounted on this machine */
export const disksCanBeHad = (): boolean =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/loop-control');

/** A separate file system for a server, which can be full while the machine's is not. */
export class Disk {
  folder: string;
  image: string;
  isMounted = false;
  /** files that take all the room */
  ballast: string[] = [];

  /** @param folder where it is mounted */
  constructor(folder: string) {
    this.folder = folder;
    this.image = `${folder}.img`;
  }

  async mount() {
    await mkdir(this.folder, { recursive: true });
    await (await open(this.image, 'w')).close();
    await truncate(this.image, SIZE_BYTES);
    await runQuietly('mkfs.ext4', ['-q', '-F', '-m', '0', '-O', '^has_journal', this.image]);
    await runQuietly('mount', ['-o', 'loop,discard', this.image, this.folder]);
    this.isMounted = true;
  }

  /** Call it after the server has stopped. */
  async unmount() {
    if (!this.isMounted) return;
    await runQuietly('umount', [this.folder]);
    this.isMounted = false;
  }

  /** Leaves no block free. */
  async fill() {
    for (let bytes = await this.freeBytes(); bytes >= SMALLEST_BYTES;) {
      const file = path.join(this.folder, `ballast-${this.ballast.length}`);
      this.ballast.push(file);
      const fits = await runQuietly('fallocate', ['-l', String(bytes), file]).then(
        () => true,
        () => false,
      );
      bytes = fits ? await this.freeBytes() : Math.floor(bytes / 2);
    }
  }

  async clear() {
    await Promise.all(this.ballast.splice(0).map((file) => rm(file, { force: true })));
  }

  async freeBytes() {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }
}
