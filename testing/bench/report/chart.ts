export interface Panel {
  title: string;
  bars: { group: string; label: string; value: number }[];
}

const WIDTH = 860;
const LEFT = 230;
const RIGHT = 90;
const BAR = 16;
const GAP = 10;
const TITLE = 40;
const COLORS = ['#1f6feb', '#8250df', '#bf8700', '#6e7781'];

/** @returns an SVG: below each other, each panel's horizontal bars, on a scale of its own, with their values */
export function toSvg(panels: Panel[], format: (value: number) => string): string {
  const labels = [...new Set(panels.flatMap(({ bars }) => bars.map(({ label }) => label)))];
  let y = 0;
  const parts = panels.map((panel) => {
    const drawn = drawPanel(panel, { y, labels, format });
    y = drawn.y;
    return drawn.text;
  });
  const style =
    '<style>text { font: 12px sans-serif; fill: #24292f } .title { font-weight: bold; font-size: 14px }</style>';
  const background = `<rect width="${WIDTH}" height="${y + GAP}" fill="#ffffff"/>`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + GAP}" role="img">`;
  return [head, style, background, ...parts, '</svg>'].join('\n');
}

function drawPanel(
  { title, bars }: Panel,
  { y: top, labels, format }: { y: number; labels: string[]; format: (value: number) => string },
) {
  const scale = (WIDTH - LEFT - RIGHT) / Math.max(...bars.map(({ value }) => value));
  let y = top + TITLE;
  const parts = [`<text class="title" x="${GAP}" y="${y - 14}">${escape(title)}</text>`];
  for (const [index, { group, label, value }] of bars.entries()) {
    if (index > 0 && bars[index - 1]?.group !== group) y += GAP;
    const color = COLORS[labels.indexOf(label) % COLORS.length];
    const width = (value * scale).toFixed(1);
    parts.push(
      `<text x="${LEFT - 6}" y="${y + 12}" text-anchor="end">${escape(`${group}, ${label}`)}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR - 2}" fill="${color}"/>`,
      `<text x="${(LEFT + value * scale + 6).toFixed(1)}" y="${y + 12}">${escape(format(value))}</text>`,
    );
    y += BAR;
  }
  return { y, text: parts.join('\n') };
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
