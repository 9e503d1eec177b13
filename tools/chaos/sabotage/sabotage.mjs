/**
 * @typedef {{ file: string, find: string, replace: string }} Patch of built code; `find` stands in the file exactly once
 * @typedef {object} Sabotage A mistake that somebody could make
 * @property {string} name
 * @property {string} about in a few words
 * @property {string} named the check that has to name it
 * @property {string[]} faults that bring it to light; none where it shows by itself
 * @property {number} [minutes] that its faults need, where that is longer than usual
 * @property {Patch[]} patches
 */

/**
 * @param {string} file
 * @param {string} find
 * @param {string} replace
 * @returns {Patch}
 */
export const patch = (file, find, replace) => ({ file, find, replace });
