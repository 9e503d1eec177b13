import path from 'node:path';
import { rm } from 'node:fs/promises';
import { Failure } from '../../tools/stack/failure.mjs';
import { countAccess, openAccess } from './access/open-access.ts';
import { OUTSIDER } from './access/outsider.ts';
import { CUSTOMER_IDS } from './clients/plan-order.ts';
import { Client } from '../load/client.ts';
import { checkAll } from './checks/index.ts';
import { connect, Shop } from './clients/shop.ts';
import { Databases } from './observer/database.ts';
import { needsDisks } from './faults/index.ts';
import { collectEvidence } from './observer/collect-evidence.ts';
import { connectTo } from '../kafka/connect.ts';
import { whenQuiet } from './observer/quiet.ts';
import { Sampler } from './observer/sampler.ts';
import { Witness } from './observer/witness.ts';
import { planFaults, type Step } from './plan.ts';
import { measureRecoveries } from './recovery.ts';
import { tellStories } from './story.ts';
import { unstruckOf } from './report/unstruck.ts';
import { strikeAll } from './strike.ts';
import { putContacts } from './clients/contacts.ts';
import { startReceivers, type Receivers } from './system/receivers.ts';
import { System } from './system/system.ts';
import type { Book } from './clients/book.ts';

export interface RunOptions {
  seed: number;
  minutes: number;
  /** names */
  faults: string[];
  /** Faults that must strike; otherwise the run proves nothing about them. */
  wanted?: string[];
  /** orders a second */
  rate?: number;
  /** of each service */
  replicas?: number;
  brokers?: number;
  /** Whether the services demand tokens, and Kafka and Postgres TLS and a user for each service. */
  isSecure?: boolean | undefined;
  /** How long it may take until the system is quiet. */
  patienceMs?: number;
  /** The folder for data and logs; removed if there is no violation. */
  folder: string;
  /** whose built services are run */
  workspace?: string;
  /** what is wrong with it */
  sabotage?: string;
  /** that repeats the run */
  command?: string;
  say?: (line: string) => void;
  /** Stops the faults and the orders early. */
  stopping?: AbortSignal;
}

export type ChaosResult = Awaited<ReturnType<typeof runChaos>>;

type Options = typeof DEFAULTS & RunOptions & { say: (line: string) => void; stopping: AbortSignal };

const DEFAULTS = { rate: 100, replicas: 2, brokers: 3, patienceMs: 120_000 };
const PROGRESS_MS = 5_000;
/** Of a look at the stock: the next one follows in a second. */
const LOOK_TIMEOUT_MS = 1_000;
/** Of what operators do, such as publishing an hour's events again. */
const OPERATOR_TIMEOUT_MS = 300_000;

/**
 * Starts the system and its clients, injects the faults of the seed's plan, waits until the system is quiet, and runs the
 * checks.
 * @throws {Failure} if the harness itself failed, so that the run proves nothing
 */
export async function runChaos(given: RunOptions) {
  const options = { ...DEFAULTS, say: () => {}, stopping: new AbortController().signal, ...given };
  const { folder, faults, replicas, brokers, isSecure, workspace } = options;
  const receivers = await startReceivers();
  const system = await System.prepare({
    ...{ folder, replicas, brokers, isSecure, workspace },
    hasDisks: faults.some(needsDisks),
    notificationVariables: receivers.variables,
  });
  const result = await runOn(system, receivers, options).finally(() => receivers.stop());
  if (result.violations.length === 0) await rm(path.join(folder, 'data'), { recursive: true, force: true });
  return result;
}

async function runOn(system: System, receivers: Receivers, options: Options) {
  try {
    options.say('starting the system');
    await system.start();
    return await observe(system, receivers, options);
  } finally {
    await system.stop();
  }
}

async function observe(system: System, receivers: Receivers, options: Options) {
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
  const kafka = connectTo(system.bootstrap, system.security);
  const databases = new Databases(system.urlOfDatabase);
  const witness = new Witness(kafka);
  const urlsOf = (service: string) => system.of(service).map(({ url }) => url);
  const inventoryUrls = urlsOf('inventory-service');
  const { access, as, authorization, outsiderOf, close } = openAccess(system);
  const asShopper = as(connect());
  const shop = new Shop({ seed, rate, orderUrls: urlsOf('order-service'), inventoryUrls, as: asShopper });
  const staff = as(new Client(1, { answerTimeoutMs: LOOK_TIMEOUT_MS }))('staff');
  const sampler = new Sampler({ databases, kafka, witness, book: shop.book, inventoryUrls, staff });
  const outsider = outsiderOf({ seed, urlsOf, book: shop.book });
  const operator = as(new Client(2, { answerTimeoutMs: OPERATOR_TIMEOUT_MS }))('operator');
  try {
    const plan = planFaults({ seed, minutes, faults, shape: { replicas, brokers } });
    witness.start();
    await access?.open([...CUSTOMER_IDS, OUTSIDER]);
    await putContacts(asShopper, urlsOf('notification-service'), receivers, shop.random);
    await shop.open();
    sampler.start();
    outsider?.start();
    const from = Date.now();
    const progress = setInterval(() => say(sayProgress(shop.book, sampler)), PROGRESS_MS);
    const onStrike = ({ fault, details }: Step) => say(`${fault} ${JSON.stringify(details)}`);
    const world = { system, kafka, witness, receivers, operator, authorization };
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
    await Promise.all([sampler.stop(), outsider?.stop()]);
    if (left.length > 0) say(`not quiet: ${left.join('; ')}`);
    if (left.some((one) => one.startsWith('harness'))) throw new Failure(`the harness could not see all: ${left}`);
    say('counting');
    const evidence = await collectEvidence({
      book: shop.book,
      databases,
      kafka,
      witness,
      system,
      receivers,
      access: access && outsider && { refusals: access.refusals, breaches: outsider.breaches },
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
        ...countAccess(access, outsider),
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
    await Promise.all([sampler.stop(), outsider?.stop()]);
    close();
    await witness.stop();
    await databases.close();
  }
}

function untilOver(durationMs: number, stopping: AbortSignal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    stopping.addEventListener('abort', () => (clearTimeout(timer), resolve(undefined)));
  });
}

function sayProgress({ counts }: Book, { samples, violations }: Sampler) {
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
