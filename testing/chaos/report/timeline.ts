import type { ChaosResult } from '../run.ts';
import type { Sample } from '../observer/sampler.ts';

const WIDTH = 1_200;
const LEFT = 150;
const PANEL_PX = 110;
const GAP_PX = 26;
const LANE_PX = 12;
interface Panel {
  title: string;
  color: string;
  /** @param before the sample before this one */
  of: (now: Sample, before: Sample | undefined) => number | undefined;
}

const PANELS: Panel[] = [
  { title: 'orders accepted per second', color: '#2563eb', of: perSecond('accepted') },
  { title: 'events seen in Kafka per second', color: '#0d9488', of: perSecond('events') },
  { title: 'events not handled yet (lag of all groups)', color: '#d97706', of: ({ lag }) => lag },
  { title: 'events in outboxes', color: '#7c3aed', of: ({ outbox }) => outbox },
];

/**
 * Throughput, backlog and faults over time; the pale end of a fault's bar is its recovery.
 * @returns SVG
 */
export function drawTimeline({
  from,
  to,
  samples,
  struck,
  recoveries,
  seed,
}: Pick<ChaosResult, 'from' | 'to' | 'samples' | 'struck' | 'recoveries' | 'seed'>): string {
  const x = (at: number) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - 10);
  const lanes = [...new Set(struck.map(({ fault }) => fault))].sort();
  const top = PANELS.length * (PANEL_PX + GAP_PX) + GAP_PX;
  const height = top + lanes.length * LANE_PX + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="10">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<title>Chaos run, seed ${seed}</title>`,
    ...PANELS.map((panel, index) => drawPanel(panel, { samples, x, top: index * (PANEL_PX + GAP_PX) + GAP_PX })),
    ...lanes.map((name, lane) => text(4, top + lane * LANE_PX + 9, name)),
    ...struck.flatMap(({ fault, from: begin, to: end }, index) => {
      const y = top + lanes.indexOf(fault) * LANE_PX + 2;
      const recovered = Math.min(to, end + (recoveries[index]?.ms ?? 0));
      return [bar(x(begin), x(recovered), y, '#fecaca'), bar(x(begin), x(end), y, '#dc2626')];
    }),
    ...minutes(from, to).map(({ at, minute }) => text(x(at), height - 6, `${minute} min`)),
    '</svg>',
    '',
  ].join('\n');
}

function perSecond(name: 'accepted' | 'events') {
  return (now: Sample, before: Sample | undefined) =>
    before ? ((now[name] - before[name]) / (now.at - before.at)) * 1_000 : 0;
}

function drawPanel(
  { title, color, of }: Panel,
  { samples, x, top }: { samples: Sample[]; x: (at: number) => number; top: number },
) {
  const points = thin(
    samples.flatMap((sample, index) => {
      const value = of(sample, samples[index - 1]);
      return value === undefined ? [] : [{ at: sample.at, value }];
    }),
  );
  const most = points.reduce((highest, { value }) => Math.max(highest, value), 1);
  const line = points.map(
    ({ at, value }) => `${x(at).toFixed(1)},${(top + PANEL_PX - (value / most) * PANEL_PX).toFixed(1)}`,
  );
  return [
    text(LEFT, top - 5, title),
    text(4, top + 8, Math.round(most).toLocaleString('en')),
    text(4, top + PANEL_PX, '0'),
    `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${top + PANEL_PX}" y2="${top + PANEL_PX}" stroke="#ddd"/>`,
    `<polyline fill="none" stroke="${color}" points="${line.join(' ')}"/>`,
  ].join('\n');
}

/** @returns no more points than a reader can distinguish */
function thin<T>(points: T[]): T[] {
  const step = Math.ceil(points.length / WIDTH);
  return points.filter((_, index) => index % step === 0);
}

function minutes(from: number, to: number) {
  const all = Math.floor((to - from) / 60_000);
  const step = Math.max(1, Math.ceil(all / 12));
  return Array.from({ length: Math.floor(all / step) + 1 }, (_, index) => ({
    minute: index * step,
    at: from + index * step * 60_000,
  }));
}

const bar = (from: number, to: number, y: number, color: string) =>
  `<rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(1.5, to - from).toFixed(1)}" height="${LANE_PX - 3}" fill="${color}"/>`;

const text = (x: number, y: number, content: string) =>
  `<text x="${x.toFixed(1)}" y="${y}" fill="#333">${content}</text>`;
