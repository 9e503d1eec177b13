import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadOnce } from './maven.mjs';
import { cacheDir } from './paths.mjs';

const POM = fileURLToPath(new URL('kafka/pom.xml', import.meta.url));

/** Where the jars of the version in the pom are kept. */
const kafkaJarsDir = path.join(cacheDir, 'kafka-4.3.1');

export const kafkaIsDownloaded = () => existsSync(kafkaJarsDir);

/** @returns {Promise<string>} the folder with Kafka's jars, which are downloaded once */
export async function ensureKafkaJars() {
  await downloadOnce('Kafka', kafkaJarsDir, (directory) => [
    ...['-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${directory}`],
  ]);
  return kafkaJarsDir;
}
