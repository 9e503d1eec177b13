/** How orders come: each connection waits for its response, or so many a second come whatever happens. */
export type Load = { connections: number } | { perSecond: number };

export interface Scenario {
  name: string;
  load: Load;
  /** Every order wants one more item, the same for all. */
  isHot?: boolean;
}

export const SCENARIOS: Scenario[] = [
  { name: 'closed-64', load: { connections: 64 } },
  { name: 'closed-256', load: { connections: 256 } },
  { name: 'open-50', load: { perSecond: 50 } },
  { name: 'open-300', load: { perSecond: 300 } },
  { name: 'open-1000', load: { perSecond: 1_000 } },
  { name: 'hot-item', load: { connections: 256 }, isHot: true },
];
