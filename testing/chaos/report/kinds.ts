import { groupBy } from '../../load/evidence.ts';
import type { Violation } from '../checks/violation.ts';

export function kindsOf(violations: Violation[]): { name: string; violations: Violation[] }[] {
  const kinds = groupBy(violations, ({ check, what }) => `${check}: ${what}`);
  return [...kinds].map(([name, same]) => ({ name, violations: same }));
}
