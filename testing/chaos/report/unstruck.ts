/**
 * @param wanted the names of the faults that a run had to include
 * @returns those that never struck, for example for lack of time; the run proves nothing about them
 */
export const unstruckOf = (wanted: string[], struck: { fault: string }[]): string[] =>
  wanted.filter((name) => !struck.some(({ fault }) => fault === name));

/** Whether a run has passed: there is no violation, and every required fault has struck. */
export const hasPassed = ({ violations, unstruck }: { violations: unknown[]; unstruck: string[] }) =>
  violations.length === 0 && unstruck.length === 0;

export const sayUnstruck = (fault: string) => `never struck: ${fault}`;
