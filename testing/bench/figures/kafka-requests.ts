import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureKafkaJars } from '../../../tools/stack/kafka.mjs';

const METRIC = 'kafka.network:type=RequestMetrics,name=RequestsPerSec,*';
const LINE = /request=(\w+),[^\n]*?:?Count=(\d+)/g;
/** Those that an order costs; the rest is the life of clients. */
const SHOWN = ['Produce', 'Fetch', 'OffsetCommit'];

/** What Kafka's JVM is started with, so that it can be asked on this machine and from nowhere else. */
export const jmxOptions = (port: number) =>
  [`port=${port}`, `rmi.port=${port}`, 'host=127.0.0.1', 'authenticate=false', 'ssl=false'].map(
    (option) => `-Dcom.sun.management.jmxremote.${option}`,
  );

/** @returns how many requests the broker has had since its start by API, by Kafka's own tool: that takes a second or two */
export async function readKafkaRequests({ jmxPort }: { jmxPort: number }): Promise<Record<string, number>> {
  const url = `service:jmx:rmi:///jndi/rmi://127.0.0.1:${jmxPort}/jmxrmi`;
  const options = ['--object-name', METRIC, '--attributes', 'Count', '--one-time', '--report-format', 'properties'];
  const java = ['-XX:TieredStopAtLevel=1', '-cp', `${await ensureKafkaJars()}/*`, 'org.apache.kafka.tools.JmxTool'];
  const { stdout } = await promisify(execFile)('java', [...java, '--jmx-url', url, ...options]);
  return countRequests(stdout);
}

/** @returns the sums of all versions of a request, and of all requests */
export function countRequests(text: string): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(['in all', ...SHOWN].map((name) => [name, 0]));
  for (const [, name = '', count] of text.matchAll(LINE)) {
    counts['in all'] = (counts['in all'] ?? 0) + Number(count);
    if (SHOWN.includes(name)) counts[name] = (counts[name] ?? 0) + Number(count);
  }
  return counts;
}

export const subtract = (after: Record<string, number>, before: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]));
