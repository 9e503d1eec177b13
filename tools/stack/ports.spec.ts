import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { freePort } from './ports.mjs';

const MODULE = new URL('./ports.mjs', import.meta.url).href;
/** Chooses ports in another process. @param random what `Math.random` returns there, in turn */
const chooseElsewhere = (random: readonly number[]) =>
  Number(
    execFileSync(process.execPath, [
      '--input-type=module',
      '-e',
      `const random = ${JSON.stringify(random)}; Math.random = () => random.shift();
       const { freePort } = await import('${MODULE}'); console.log(String(await freePort()));`,
    ]),
  );
const randomFor = (port: number) => (port - 15_000 + 0.5) / 15_000;

it('A port that is chosen is chosen by no other process while this one runs, and by none twice', async () => {
  const [one, other] = [await freePort(), await freePort()];
  expect(one).not.toBe(other);
  const next = one === 20_000 || other === 20_000 ? 20_001 : 20_000;
  expect(chooseElsewhere([randomFor(one), randomFor(other), randomFor(next)])).toBe(next);
});

it('A port is below those of outgoing connections', async () => {
  expect(await freePort()).toBeLessThan(32_768);
});
