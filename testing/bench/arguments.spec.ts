import { describe, expect, it } from '@jest/globals';
import { readArguments, USAGE } from './arguments.ts';
import { CONTENDERS } from './contenders/index.ts';
import { rotated } from './run-bench.ts';
import { SCENARIOS } from './scenarios.ts';

const namesOf = (list: { name: string }[]) => list.map(({ name }) => name);

describe('the arguments of the bench', () => {
  it('are all contenders and scenarios unless given', () => {
    const { contenders, scenarios, ...rest } = readArguments([]);
    expect(namesOf(contenders)).toEqual(namesOf(CONTENDERS));
    expect(namesOf(scenarios)).toEqual(namesOf(SCENARIOS));
    expect(rest).toMatchObject({ help: false, rounds: 3, orders: 30_000, durationS: 20 });
  });

  it('compare ours with and without tokens, with more customers', () => {
    const { contenders, customers } = readArguments(['--auth']);
    expect(namesOf(contenders)).toEqual(['ours', 'ours-with-tokens']);
    expect(customers).toBe(1_000);
  });

  it('name some of them, in any order', () => {
    const given = ['--contenders', 'floor,ours', '--scenarios', 'open-300,closed-256', '--rounds', '1'];
    const { contenders, scenarios, rounds } = readArguments(given);
    expect(namesOf(contenders)).toEqual(['ours', 'floor']);
    expect(namesOf(scenarios)).toEqual(['closed-256', 'open-300']);
    expect(rounds).toBe(1);
  });

  it.each([
    [['--scenarios', 'closed-1'], 'there is no closed-1'],
    [['--contenders', ''], '--contenders must be of ours,'],
    [['--rounds', '0'], '--rounds must be a whole number'],
    [['--speed', '1'], '--help'],
  ])('%j is refused', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('are all in the usage', () => {
    for (const { name } of [...CONTENDERS, ...SCENARIOS]) expect(USAGE).toContain(name);
  });
});

describe('a round', () => {
  it('begins with another one than the last', () => {
    expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});
