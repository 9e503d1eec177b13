import { groupBy } from '../../load/evidence.mjs';

/**
 * @param {import('../checks/violation.mjs').Violation[]} violations
 * @returns {{ name: string, violations: import('../checks/violation.mjs').Violation[] }[]}
 */
export function kindsOf(violations) {
  const kinds = groupBy(violations, ({ check, what }) => `${check}: ${what}`);
  return [...kinds].map(([name, same]) => ({ name, violations: same }));
}
