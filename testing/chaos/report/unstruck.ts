/**
 * @param wanted names of faults that a run was to be about
 * @returns those that never struck, such as for want of time: the run proves nothing about them
 */
export const unstruckOf = (wanted: string[], struck: { fault: string }[]): string[] =>
  wanted.filter((name) => !struck.some(({ fault }) => fault === name));

/** Whether a run has shown what it was to show: nothing was violated, and every fault that it was to be about has struck. */
export const hasPassed = ({ violations, unstruck }: { violations: unknown[]; unstruck: string[] }) =>
  violations.length === 0 && unstruck.length === 0;

export const sayUnstruck = (fault: string) => `never struck: ${fault}`;
