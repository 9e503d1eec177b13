import { now } from '../load/clock.ts';
import type { Plan } from '../load/plan.ts';
import { checkRun } from './check-run.ts';
import { closedLoop } from './driver/closed-loop.ts';
import { openLoop } from './driver/open-loop.ts';
import { requestsOf } from './driver/connection.ts';
import { OrderLog } from './driver/order-log.ts';
import { backlogFiguresOf, figuresOf, type Figures } from './figures/figures.ts';
import { startMeters, type Used } from './figures/meters.ts';
import { planScenario, type Sizes } from './plan.ts';
import type { Load, Scenario } from './scenarios.ts';
import { awaitDecisions, awaitNotifications, settle, type Settled } from './settle.ts';
import { stopService, type System } from './system.ts';

export interface Result {
  figures: Figures;
  /** What is wrong; the figures mean nothing then. */
  violations: string[];
}

interface Run {
  plan: Plan;
  log: OrderLog;
  sinceMs: number;
}

/** Puts one load on the contender, waits until all is done, and checks that it is. */
export async function measureScenario(system: System, scenario: Scenario, sizes: Sizes): Promise<Result> {
  const sinceMs = now();
  const plan = planScenario(scenario, { ...sizes, shareOfOrders: system.shareOfOrders });
  await system.books.addStock(plan.items);
  system.decisions.beginRun();
  const run = { plan, sinceMs, log: new OrderLog(plan.orders) };
  return scenario.isBacklog ? measureBacklog(system, run, scenario.load) : measureLoad(system, run, scenario.load);
}

async function measureLoad(system: System, run: Run, load: Load): Promise<Result> {
  const meters = await startMeters(system.stage, system.running);
  await drive(run.log, load, system);
  const { settled, used } = await finish(system, run, meters);
  const figures = figuresOf({ log: run.log, decisions: system.decisions, settled, ...used });
  return { figures, violations: await check(system, run, settled) };
}

/** The orders pile up in Kafka while the inventory is stopped, and are measured from its start on. */
async function measureBacklog(system: System, run: Run, load: Load): Promise<Result> {
  const start = await stopService(system, 'inventory-service');
  await drive(run.log, load, system);
  await awaitNotifications(system.books, { sinceMs: run.sinceMs, expected: run.log.accepted });
  const meters = await startMeters(system.stage, system.running);
  await start();
  const { settled, used } = await finish(system, run, meters);
  const figures = backlogFiguresOf({ log: run.log, decisions: system.decisions, ...used });
  return { figures, violations: await check(system, run, settled) };
}

async function finish({ books, decisions }: System, { log, sinceMs }: Run, meters: { stop: () => Promise<Used> }) {
  await awaitDecisions(decisions, log.accepted);
  const settled = await settle(books, { sinceMs, expected: 2 * log.accepted });
  return { settled, used: await meters.stop() };
}

async function check({ books, decisions }: System, { plan, log }: Run, { pending, notifications }: Settled) {
  const stock = await books.readStock(plan.items.map(({ itemId }) => itemId));
  return checkRun({ log, decisions, stock, pending, notifications });
}

function drive(log: OrderLog, load: Load, { running, headersOf }: System) {
  const orderServices = running.filter(({ name }) => name === 'order-service');
  const urls = orderServices.map(({ port }) => new URL(`http://127.0.0.1:${port}`));
  const requests = requestsOf(log.orders, headersOf);
  return 'perSecond' in load
    ? openLoop(log, { urls, requests, ...load })
    : closedLoop(log, { urls, requests, ...load });
}
