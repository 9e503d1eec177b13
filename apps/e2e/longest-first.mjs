/**
 * Jest knows no times in a fresh clone, and would start the longest of these last, to run alone.
 * Most of what they do is waiting, so it matters more than their size.
 */
const LONGEST = [
  ...[
    'outages',
    'chaos',
    'faults',
    'kafka-security',
    'replicas',
    'parking',
    'random-lives',
    'upgrade',
    'notifications',
  ],
  ...['schema-registry', 'hostile-input', 'random-requests', 'dead-letters'],
];

/** Jest's `testSequencer`: the longest specs first, so that the workers end together. */
export default class LongestFirst {
  /** @param {{ path: string }[]} tests */
  sort(tests) {
    return [...tests].sort((one, other) => rankOf(one) - rankOf(other));
  }

  /** Nothing is kept between runs. */
  cacheResults() {}
}

/** @param {{ path: string }} test */
function rankOf({ path }) {
  const index = LONGEST.findIndex((name) => path.endsWith(`/${name}.e2e.spec.ts`));
  return index < 0 ? LONGEST.length : index;
}
