import { checkRun } from './check-run.ts';
import type { Books } from './contenders/contender.ts';
import { closedLoop } from './driver/closed-loop.ts';
import type { Decision } from './driver/decisions.ts';
import { openLoop } from './driver/open-loop.ts';
import { OrderLog } from './driver/order-log.ts';
import { figuresOf, type Figures } from './figures/figures.ts';
import { startMeters } from './figures/meters.ts';
import { planScenario } from './plan.ts';
import type { Load, Scenario } from './scenarios.ts';
import { awaitDecisions, settle } from './settle.ts';
import type { Stage } from './stage.ts';
import type { RunningService } from '../overhead/start-services.ts';

/** A contender that runs, and what the driver knows of it. */
export interface System {
  stage: Stage;
  running: RunningService[];
  books: Books;
  decisions: Map<string, Decision>;
}

export interface Sizes {
  /** of a closed loop */
  orders: number;
  /** of an open one */
  durationS: number;
}

export interface Result {
  figures: Figures;
  /** What is wrong; the figures mean nothing then. */
  violations: string[];
}

/** Puts one load on the contender, waits until all is done, and checks that it is. */
export async function measureScenario(system: System, scenario: Scenario, sizes: Sizes): Promise<Result> {
  const { books, decisions } = system;
  const plan = planScenario(scenario, sizes);
  await books.addStock(plan.items);
  const before = await books.countNotifications();
  decisions.clear();
  const log = new OrderLog(plan.orders);
  const meters = await startMeters(system.stage, system.running);
  await drive(log, scenario.load, system);
  await awaitDecisions(decisions, log.accepted);
  const settled = await settle(books, before + 2 * log.accepted);
  const used = await meters.stop();
  const stock = await books.readStock(plan.items.map(({ itemId }) => itemId));
  const notifications = settled.notifications - before;
  return {
    figures: figuresOf({ log, decisions, settled, ...used }),
    violations: checkRun({ log, decisions, stock, pending: settled.pending, notifications }),
  };
}

function drive(log: OrderLog, load: Load, { running }: System) {
  const orderServices = running.filter(({ name }) => name === 'order-service');
  const urls = orderServices.map(({ port }) => new URL(`http://127.0.0.1:${port}`));
  return 'perSecond' in load ? openLoop(log, { urls, ...load }) : closedLoop(log, { urls, ...load });
}
