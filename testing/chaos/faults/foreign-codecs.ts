import type { IHeaders } from 'kafkajs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runQuietly } from '../../../tools/stack/command.mjs';
import { javaEnvironment } from '../../../tools/stack/foreign-variables.mjs';
import { formatProperties } from '../../../tools/stack/java-properties.mjs';
import { ensureKafkaJars } from '../../../tools/stack/kafka.mjs';
import { adminProperties } from '../../../tools/stack/kafka-security.mjs';
import { writeSecret } from '../../../deploy/secrets.mjs';
import { oneOf } from '../../load/random.ts';
import { between, type Fault } from './fault.ts';
import type { Details } from './details.ts';
import { drawPoison, makePoison, type DrawnPoison } from './poison-kinds.ts';
import type { System } from '../system/system.ts';

interface Batches extends Details {
  codec: string;
  /** How many good events. */
  count: number;
  messages: DrawnPoison[];
}

const CODECS = ['lz4', 'zstd', 'snappy', 'gzip'];
/** Of those that a line of text can hold. */
const POISON = ['no-fields', 'wrong-types', 'large', 'unknown-type'];
/** No header, key or value that is sent holds any of these. */
const MARKS = {
  'headers.delimiter': '\u0001',
  'headers.separator': '\u0002',
  'headers.key.separator': '\u0003',
  'key.separator': '\u0004',
};

/** Java's console producer writes batches of recent real events again, and of bad messages. */
export const foreignCodecs: Fault<Batches> = {
  name: 'foreign-codecs',
  about:
    'a foreign producer, in Java, sends batches that are compressed with lz4, zstd, snappy or gzip, good events and bad ones',
  draw: (random) => ({
    codec: oneOf(random, CODECS),
    count: between(random, 20, 200),
    messages: Array.from({ length: between(random, 2, 6) }, () => drawPoison(random, POISON)),
    durationMs: 0,
  }),
  strike: async ({ system, witness }, { codec, count, messages }) => {
    const good = witness.recent.filter(Boolean).slice(-count);
    const all = [...good, ...messages.map(makePoison)];
    for (const topic of new Set(all.map((message) => message.topic))) {
      const lines = all.filter((message) => message.topic === topic).map(toLine);
      await produce({ system, topic, codec, lines });
    }
    return async () => {};
  },
};

function toLine({
  key,
  value,
  headers,
}: {
  key: Buffer | string | null;
  value: Buffer | string | null;
  headers: IHeaders;
}) {
  const pairs = Object.entries(headers).map(([name, content]) => `${name}${MARKS['headers.key.separator']}${content}`);
  const parts = [
    pairs.join(MARKS['headers.separator']),
    MARKS['headers.delimiter'],
    key,
    MARKS['key.separator'],
    value,
  ];
  return parts.join('');
}

async function produce({
  system,
  topic,
  codec,
  lines,
}: {
  system: System;
  topic: string;
  codec: string;
  lines: string[];
}) {
  const inData = (name: string) => path.join(system.folder, 'data', name);
  const file = inData('foreign-messages');
  const reader = inData('foreign-reader.properties');
  const client = inData('foreign-client.properties');
  await writeFile(file, `${lines.join('\n')}\n`);
  await writeFile(reader, readerProperties());
  await writeSecret(client, formatProperties(system.security ? adminProperties(system.security) : {}));
  const java = `exec java -Xmx128m -XX:TieredStopAtLevel=1 -cp "$1/*" org.apache.kafka.tools.ConsoleProducer --bootstrap-server "$2" --topic "$3" --compression-codec "$4" --reader-config "$5" --command-config "$6" --batch-size 100000 --timeout 200 < "$7"`;
  const args = [await ensureKafkaJars(), system.bootstrap.join(','), topic, codec, reader, client, file];
  await runQuietly('sh', ['-c', java, 'sh', ...args], { name: 'foreign producer', env: javaEnvironment(process.env) });
}

function readerProperties() {
  const marks = Object.entries(MARKS).map(
    ([name, mark]) => `${name}=\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return ['parse.key=true', 'parse.headers=true', ...marks, ''].join('\n');
}
