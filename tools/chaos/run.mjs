import path from 'node:path';
import { rm } from 'node:fs/promises';
import { Failure } from '../stack/failure.mjs';
import { checkAll } from './checks/index.mjs';
import { Shop } from './clients/shop.mjs';
import { Databases } from './observer/database.mjs';
import { needsDisks } from './faults/index.mjs';
import { collectEvidence } from './observer/evidence.mjs';
import { connectTo } from './observer/kafka.mjs';
import { whenQuiet } from './observer/quiet.mjs';
import { Sampler } from './observer/sampler.mjs';
import { Witness } from './observer/witness.mjs';
import { planFaults } from './plan.mjs';
import { measureRecoveries } from './recovery.mjs';
import { tellStories } from './story.mjs';
import { unstruckOf } from './report/unstruck.mjs';
import { strikeAll } from './strike.mjs';
import { System } from './system/system.mjs';

/**
 * @typedef {object} RunOptions
 * @property {number} seed
 * @property {number} minutes
 * @property {string[]} faults names
 * @property {string[]} [wanted] those that have to strike, or the run proves nothing about them
 * @property {number} [rate] orders a second
 * @property {number} [replicas] of each service
 * @property {number} [brokers]
 * @property {number} [patienceMs] how long it may take until all is quiet
 * @property {string} folder takes data and logs; removed where nothing was violated
 * @property {string} [workspace] whose built services are run
 * @property {string} [sabotage] what is wrong with it
 * @property {string} [command] that repeats the run
 * @property {(line: string) => void} [say]
 * @property {AbortSignal} [stopping] ends the faults and the orders early
 */
/** @typedef {Awaited<ReturnType<typeof runChaos>>} ChaosResult */

const DEFAULTS = { rate: 100, replicas: 2, brokers: 3, patienceMs: 120_000 };
const PROGRESS_MS = 5_000;

/**
 * Starts the system, lets clients at it, breaks it by the seed's plan, waits until it is quiet, and counts.
 * @param {RunOptions} given
 * @throws {Failure} where the harness itself could not do its work: then nothing is proved
 */
export async function runChaos(given) {
  const options = { ...DEFAULTS, say: () => {}, stopping: new AbortController().signal, ...given };
  const { folder, faults, replicas, brokers, workspace } = options;
  const system = await System.prepare({ folder, replicas, brokers, hasDisks: faults.some(needsDisks), workspace });
  const result = await runOn(system, options);
  if (result.violations.length === 0) await rm(path.join(folder, 'data'), { recursive: true, force: true });
  return result;
}

/** @type {typeof observe} */
async function runOn(system, options) {
  try {
    options.say('starting the system');
    await system.start();
    return await observe(system, options);
  } finally {
    await system.stop();
  }
}

/**
 * @param {System} system
 * @param {typeof DEFAULTS & RunOptions & { say: (line: string) => void, stopping: AbortSignal }} options
 */
async function observe(system, options) {
  const {
    seed,
    minutes,
    faults,
    wanted = [],
    rate,
    replicas,
    brokers,
    sabotage,
    command,
    patienceMs,
    say,
    stopping,
  } = options;
  const kafka = connectTo(system.bootstrap);
  const databases = new Databases(system.urlOfDatabase);
  const witness = new Witness(kafka);
  const urlsOf = (/** @type {string} */ service) => system.of(service).map(({ url }) => url);
  const inventoryUrls = urlsOf('inventory-service');
  const shop = new Shop({ seed, rate, orderUrls: urlsOf('order-service'), inventoryUrls });
  const sampler = new Sampler({ databases, kafka, witness, book: shop.book, inventoryUrls });
  try {
    const plan = planFaults({ seed, minutes, faults, shape: { replicas, brokers } });
    witness.start();
    await shop.open();
    sampler.start();
    const from = Date.now();
    const progress = setInterval(() => say(sayProgress(shop.book, sampler)), PROGRESS_MS);
    const onStrike = (/** @type {import('./plan.mjs').Step} */ { fault, details }) =>
      say(`${fault} ${JSON.stringify(details)}`);
    const world = { system, kafka, witness };
    const [struck] = await Promise.all([
      strikeAll(plan, world, { onStrike, stopping }),
      untilOver(minutes * 60_000, stopping),
    ]).finally(() => clearInterval(progress));
    say('all faults are over; waiting until all is quiet');
    await system.whenReady().catch((error) => {
      if (system.incidents.length === 0) throw error;
      say(error.message); // a process that ends by itself is a violation, and counted
    });
    await shop.close();
    const left = await whenQuiet({ databases, kafka, witness, patienceMs });
    const to = Date.now();
    await sampler.stop();
    if (left.length > 0) say(`not quiet: ${left.join('; ')}`);
    if (left.some((one) => one.startsWith('harness'))) throw new Failure(`the harness could not see all: ${left}`);
    say('counting');
    const evidence = await collectEvidence({
      book: shop.book,
      databases,
      kafka,
      witness,
      system,
      faults: struck,
      span: { from, to },
    });
    const violations = [...sampler.violations, ...checkAll(evidence)];
    return {
      seed,
      minutes,
      faults,
      sabotage,
      command,
      rate,
      replicas,
      brokers,
      from,
      to,
      counts: {
        orders: evidence.orders.size,
        events: witness.seen,
        poison: evidence.poison.length,
        ...shop.book.counts,
      },
      looks: sampler.looks,
      struck,
      unstruck: unstruckOf(wanted, struck),
      recoveries: measureRecoveries(evidence),
      samples: sampler.samples,
      violations,
      stories: await tellStories(violations, { evidence, databases, logs: system.log.folder }),
    };
  } finally {
    await sampler.stop();
    await witness.stop();
    await databases.close();
  }
}

/**
 * @param {number} durationMs
 * @param {AbortSignal} stopping
 */
function untilOver(durationMs, stopping) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    stopping.addEventListener('abort', () => (clearTimeout(timer), resolve(undefined)));
  });
}

/**
 * @param {import('./clients/book.mjs').Book} book
 * @param {Sampler} sampler
 */
function sayProgress({ counts }, { samples, violations }) {
  const { lag, outbox } = samples.at(-1) ?? {};
  const facts = {
    orders: counts.accepted,
    cancelled: counts.cancelled,
    fulfilled: counts.fulfilled,
    refused: counts.refused,
    unanswered: counts.unanswered,
    lag: lag ?? '?',
    outbox: outbox ?? '?',
    violations: violations.length,
  };
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
