import { spawnSync } from 'node:child_process';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { writePerTurn } from './write-per-turn.js';

function gathering() {
  const written: string[] = [];
  return { written, stream: writePerTurn({ write: (text) => void written.push(text) }) };
}

describe('writePerTurn', () => {
  it('writes everything of a turn in one piece, in order, and later text again', async () => {
    const { written, stream } = gathering();
    for (const text of ['a', 'b', 'c']) stream.write(text);
    expect(written).toEqual([]);
    await endOfTurn();
    stream.write('d');
    await endOfTurn();
    expect(written).toEqual(['abc', 'd']);
  });

  it('writes at once when flushed, and nothing twice', async () => {
    const { written, stream } = gathering();
    stream.write('a');
    stream.write('b');
    stream.flushSync();
    expect(written).toEqual(['ab']);
    await endOfTurn();
    expect(written).toEqual(['ab']);
  });

  it('drops the text of a turn if the destination throws, and writes later text', async () => {
    const written: string[] = [];
    let isBroken = true;
    const stream = writePerTurn({
      write: (text) => {
        if (isBroken) throw new Error('EPIPE');
        written.push(text);
      },
    });
    stream.write('a');
    expect(() => stream.flushSync()).not.toThrow();
    isBroken = false;
    stream.write('b');
    await endOfTurn();
    expect(written).toEqual(['b']);
  });

  it('removes its listeners', async () => {
    const before = process.listenerCount('exit');
    const { stream } = gathering();
    for (let turn = 0; turn < 20; turn += 1) {
      stream.write('a');
      await endOfTurn();
    }
    expect(process.listenerCount('exit')).toBe(before);
  });

  it.each(['process.exit()', 'throw new Error("broken")'])('loses nothing to %s in the same turn', (end) => {
    const file = new URL('write-per-turn.ts', import.meta.url).href;
    const script = `import { writePerTurn } from ${JSON.stringify(file)};
      writePerTurn({ write: (text) => process.stdout.write(text) }).write('last words');
      ${end}`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    expect(stdout).toBe('last words');
  });
});
