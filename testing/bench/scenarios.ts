/** How orders come: each connection waits for its response, or so many a second come whatever happens. */
export type Load = { connections: number } | { perSecond: number };

export interface Scenario {
  name: string;
  load: Load;
  /** Every order wants one item that is the same for all. */
  isHot?: boolean;
  /** The orders come while the inventory is stopped; measured is how it catches up. */
  isBacklog?: boolean;
  /** of each service */
  replicas?: number;
  /** how many orders, and what belongs to them, are in the tables already */
  rows?: number;
  /** names of the contenders that can do it; all unless given */
  only?: string[];
}

const MILLION = 1_000_000;
const BOTH = { only: ['ours', 'floor'] };

export const SCENARIOS: Scenario[] = [
  { name: 'closed-64', load: { connections: 64 } },
  { name: 'closed-256', load: { connections: 256 } },
  { name: 'open-50', load: { perSecond: 50 } },
  { name: 'open-300', load: { perSecond: 300 } },
  { name: 'open-1000', load: { perSecond: 1_000 } },
  { name: 'hot-item', load: { connections: 256 }, isHot: true },
  { name: 'backlog', load: { connections: 256 }, isBacklog: true, ...BOTH },
  { name: 'million-rows', load: { connections: 256 }, rows: MILLION, ...BOTH },
  { name: 'two-replicas', load: { connections: 256 }, replicas: 2, only: ['ours'] },
  { name: 'three-replicas', load: { connections: 256 }, replicas: 3, only: ['ours'] },
];

/** What has to be there before a scenario can run on a system. */
export interface Setup {
  replicas: number;
  rows: number;
  scenarios: Scenario[];
}

/** @returns those that can run on one system, one after the other, together; those of one replica and empty tables first */
export function setupsOf(scenarios: Scenario[]): Setup[] {
  const setups: Setup[] = [];
  for (const scenario of scenarios) {
    const { replicas = 1, rows = 0 } = scenario;
    const known = setups.find((setup) => setup.replicas === replicas && setup.rows === rows);
    if (known) known.scenarios.push(scenario);
    else setups.push({ replicas, rows, scenarios: [scenario] });
  }
  return setups;
}
