import { median } from '../../load/statistics.ts';
import type { Figures } from '../figures/figures.ts';
import type { Measurement } from '../run-bench.ts';

/** What the rounds of one contender in one scenario come to. */
export interface Summary {
  contender: string;
  scenario: string;
  /** medians of the rounds; none if a round has violations */
  figures: Figures;
  violations: string[];
}

/** @returns in the order in which contenders and scenarios occur */
export function summarise(
  measurements: Measurement[],
  names: { contenders: string[]; scenarios: string[] },
): Summary[] {
  return names.scenarios.flatMap((scenario) =>
    names.contenders.flatMap((contender) => {
      const rounds = measurements.filter((one) => one.scenario === scenario && one.contender === contender);
      return rounds.length === 0 ? [] : [{ contender, scenario, ...summariseRounds(rounds) }];
    }),
  );
}

function summariseRounds(rounds: Measurement[]) {
  const violations = rounds.flatMap(({ round, violations: found }) => found.map((what) => `round ${round}: ${what}`));
  const keys = [...new Set(rounds.flatMap(({ figures }) => Object.keys(figures)))];
  const medianOf = (key: string) => median(rounds.flatMap(({ figures }) => figures[key] ?? []));
  return { violations, figures: Object.fromEntries(keys.map((key) => [key, medianOf(key)])) };
}
