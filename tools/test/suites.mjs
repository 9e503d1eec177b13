import { existsSync, readFileSync } from 'node:fs';

const POLLING_INTERVAL_MS = 250;
/** The names stand at the end, and a reader of the last 200 lines sees the reasons of the first few too. */
const MESSAGE_LINES = 30;

/** What Nx calls them, and people. */
const KINDS = { test: 'unit', 'test-int': 'integration', e2e: 'end-to-end' };

/** @typedef {import('./suite-reporter.mjs').Suite} Suite */

/** The suites that the runs of Jest append to a file (suite-reporter.mjs). */
export class Suites {
  /** @type {Suite[]} */
  all = [];

  /** @param {string} file may not exist yet */
  constructor(file) {
    this.file = file;
  }

  /**
   * Does the work; shows each suite as soon as it has finished.
   * @param {() => Promise<void>} work
   * @param {(text: string) => void} show
   */
  async during(work, show) {
    const timer = setInterval(() => this.readNew().forEach((suite) => show(describeSuite(suite))), POLLING_INTERVAL_MS);
    try {
      await work();
    } finally {
      clearInterval(timer);
      this.readNew().forEach((suite) => show(describeSuite(suite)));
    }
  }

  readNew() {
    const text = existsSync(this.file) ? readFileSync(this.file, 'utf8') : '';
    const complete = text.split('\n').slice(this.all.length, -1);
    /** @type {Suite[]} */
    const suites = complete.map((line) => JSON.parse(line));
    this.all.push(...suites);
    return suites;
  }
}

/**
 * @param {Suite} suite
 * @returns {string} one line; of what failed, messages and logs follow
 */
export function describeSuite({ target, name, seconds, failures, ...counts }) {
  const line = `${kindOf(target).padEnd(12)} ${name.padEnd(24)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${describeCounts(counts)}${counts.failed > 0 ? ': FAILED' : ''}`;
  const details = failures.map(({ file, message, log }) => `${file}\n${message}${log && `\n\nIts log:\n${log}`}`);
  return [line, ...details.map(indent)].join('\n');
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
export const describeCounts = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** @param {Suite[]} suites */
export function countAll(suites) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ kind) =>
    suites.reduce((total, suite) => total + suite[kind], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/**
 * What a reader of the last lines needs: why each test file failed, and then the names of all tests that failed.
 * @param {Suite[]} suites
 */
export function describeFailures(suites) {
  const failed = suites.flatMap(({ target, failures }) =>
    failures.map((failure) => ({ kind: kindOf(target), ...failure })),
  );
  const reasons = failed.map(({ kind, file, message }) => `${kind}: ${file}\n${indent(shorten(message))}\n`);
  const names = failed.flatMap(({ file, tests }) =>
    tests.length > 0 ? tests.map((test) => `FAILED ${file}: ${test}`) : [`FAILED ${file}: it cannot be run`],
  );
  return [...reasons, ...names].join('\n');
}

/** @param {string} target */
const kindOf = (target) => KINDS[/** @type {keyof typeof KINDS} */ (target)] ?? target;

/** @param {string} message */
function shorten(message) {
  const lines = message.split('\n');
  return lines.length > MESSAGE_LINES ? [...lines.slice(0, MESSAGE_LINES), '… (more above)'].join('\n') : message;
}

/** @param {string} text */
const indent = (text) => text.replaceAll(/^(?=.)/gm, '    ');
