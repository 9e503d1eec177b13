/**
 * @param {string[]} wanted names of faults that a run was to be about
 * @param {{ fault: string }[]} struck
 * @returns {string[]} those that never struck, such as for want of time: the run proves nothing about them
 */
export const unstruckOf = (wanted, struck) => wanted.filter((name) => !struck.some(({ fault }) => fault === name));

/**
 * Whether a run has shown what it was to show: nothing was violated, and every fault that it was to be about has struck.
 * @param {{ violations: unknown[], unstruck: string[] }} result
 */
export const hasPassed = ({ violations, unstruck }) => violations.length === 0 && unstruck.length === 0;

/** @param {string} fault */
export const sayUnstruck = (fault) => `never struck: ${fault}`;
