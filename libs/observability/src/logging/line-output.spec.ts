import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as endOfTurn, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { LineOutput } from './line-output.js';

const FILE = new URL('line-output.ts', import.meta.url).href;
const node = (script: string): [string, string[]] => [
  process.execPath,
  [
    '--experimental-transform-types',
    '--no-warnings',
    '--input-type=module',
    '--eval',
    `import { LineOutput } from ${JSON.stringify(FILE)};\n${script}`,
  ],
];

/** An output that takes `room` bytes in all. */
function outputWith(room: number) {
  const written: string[] = [];
  const dropped: number[] = [];
  const state = { room, isBroken: false };
  const output = new LineOutput(
    (lines) => dropped.push(lines),
    (bytes) => {
      if (state.isBroken) throw Object.assign(new Error('EPIPE'), { code: 'EPIPE' });
      if (state.room === 0) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
      const taken = bytes.subarray(0, state.room);
      state.room -= taken.length;
      written.push(String(Buffer.from(taken)));
      return taken.length;
    },
  );
  return { output, written, dropped, state };
}

async function until(isTrue: () => boolean) {
  for (const deadline = Date.now() + 10_000; !isTrue() && Date.now() < deadline;) await delay(5);
}

describe('LineOutput', () => {
  it('writes everything of a turn in one piece, in order, and later lines again', async () => {
    const { output, written } = outputWith(Infinity);
    for (const line of ['a', 'b', 'c']) output.write(line);
    expect(written).toEqual([]);
    await endOfTurn();
    output.write('d');
    await endOfTurn();
    expect(written).toEqual(['abc', 'd']);
  });

  it('writes at once when flushed, and nothing twice', async () => {
    const { output, written } = outputWith(Infinity);
    output.write('a');
    output.write('b');
    output.flush();
    expect(written).toEqual(['ab']);
    await endOfTurn();
    expect(written).toEqual(['ab']);
  });

  it('drops the lines that a broken output does not take, and writes later ones', async () => {
    const { output, written, state } = outputWith(Infinity);
    state.isBroken = true;
    output.write('a');
    expect(() => output.flush()).not.toThrow();
    state.isBroken = false;
    output.write('b');
    await endOfTurn();
    expect(written).toEqual(['b']);
  });

  it('keeps what the output does not take, and writes it in order when there is room again', async () => {
    const { output, written, dropped, state } = outputWith(3);
    output.write('ab');
    output.write('cdé');
    await endOfTurn();
    output.write('f');
    expect(written.join('')).toBe('abc');
    state.room = Infinity;
    await until(() => written.join('') === 'abcdéf');
    expect(written.join('')).toBe('abcdéf');
    expect(dropped).toEqual([]);
  });

  it('drops lines beyond a mebibyte, and tells how many when it can write again', async () => {
    const { output, written, dropped, state } = outputWith(0);
    const line = `${'x'.repeat(1_023)}\n`;
    for (let number = 0; number < 1_024 + 5; number += 1) output.write(line);
    await endOfTurn();
    output.write(line);
    expect(dropped).toEqual([]);
    state.room = Infinity;
    await until(() => dropped.length > 0);
    expect(written.join('')).toBe(line.repeat(1_024));
    expect(dropped).toEqual([6]);
  });

  it('drops nothing of a turn with more lines than that if the output takes them', async () => {
    const { output, written, dropped } = outputWith(Infinity);
    const line = `${'x'.repeat(1_023)}\n`;
    for (let number = 0; number < 3_000; number += 1) output.write(line);
    await endOfTurn();
    expect(written.join('')).toBe(line.repeat(3_000));
    expect(dropped).toEqual([]);
  });

  it('removes its listeners', async () => {
    const before = process.listenerCount('exit');
    const { output } = outputWith(Infinity);
    for (let turn = 0; turn < 20; turn += 1) {
      output.write('a');
      await endOfTurn();
    }
    expect(process.listenerCount('exit')).toBe(before);
  });

  it.each(['process.exit()', 'throw new Error("broken")'])('loses nothing to %s in the same turn', (end) => {
    const { stdout } = spawnSync(...node(`new LineOutput().write('last words'); ${end}`), { encoding: 'utf8' });
    expect(stdout).toBe('last words');
  });

  it('does not stop the process while nobody reads standard output, and says its last words to a late reader', async () => {
    const child = spawn(
      ...node(`const output = new LineOutput();
        for (let n = 0; n < 1_000; n += 1) output.write('x'.repeat(999) + '\\n');
        output.flush();
        setImmediate(() => { process.stderr.write('still running'); process.exit(); });`),
    );
    child.stdout.pause();
    const [said] = (await once(child.stderr, 'data')) as [Buffer];
    expect(String(said)).toBe('still running');
    let read = 0;
    child.stdout.on('data', (chunk: Buffer) => (read += chunk.length)).resume();
    await once(child, 'close');
    expect(read).toBe(1_000_000);
  });
});
