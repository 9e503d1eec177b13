import { styleText } from 'node:util';
import { printable } from './printable.js';

const COLORS: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  fatal: ['red', 'bold'],
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'blue',
  trace: 'gray',
};

/**
 * A log line for people: time, level, context, message and fields, in colours if the output supports them. Texts cannot
 * control the terminal ({@link printable}).
 */
export function pretty(line: string): string {
  const { level, time, service, context, msg, stack, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const color = (format: Parameters<typeof styleText>[0], text: string) =>
    styleText(format, text, { stream: process.stdout });
  const rest = Object.entries(fields).map(([name, value]) => `${plain(name)}=${plain(value)}`);
  const parts = [
    String(time).slice(11, 23),
    color(COLORS[String(level)] ?? 'reset', plain(level).toUpperCase().padEnd(5)),
    ...(context ? [color('yellow', `[${plain(context)}]`)] : []),
    plain(msg ?? ''),
    ...(rest.length > 0 ? [color('gray', rest.join(' '))] : []),
  ];
  return `${parts.join(' ')}\n${stack ? `${plain(stack)}\n` : ''}`;
}

function plain(value: unknown): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
