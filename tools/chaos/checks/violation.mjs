/**
 * @typedef {object} Violation A promise that was not kept
 * @property {string} check which found it
 * @property {string} what in a few words, the same for the same kind
 * @property {string} [orderId]
 * @property {string} [itemId]
 * @property {string} story the evidence
 */

/**
 * @param {string} check
 * @returns {(what: string, about: { orderId?: string, itemId?: string, story: string }) => Violation}
 */
export const violationsOf = (check) => (what, about) => ({ check, what, ...about });
