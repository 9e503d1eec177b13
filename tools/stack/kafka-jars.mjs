import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from './failure.mjs';
import { cacheDir } from './paths.mjs';
import { temporaryFolder } from './temporary-folder.mjs';
import { runQuietly } from './command.mjs';

const POM = fileURLToPath(new URL('kafka/pom.xml', import.meta.url));

/** Where the jars of the version in the pom are kept. */
const kafkaJarsDir = path.join(cacheDir, 'kafka-4.3.1');

export const kafkaIsDownloaded = () => existsSync(kafkaJarsDir);

/**
 * Downloads Kafka once. The folder appears complete or not at all, so an interrupted download is never taken for Kafka
 * and two processes may do this at the same time.
 * @returns {Promise<string>} the folder with the jars
 */
export async function ensureKafkaJars() {
  if (kafkaIsDownloaded()) return kafkaJarsDir;
  await mkdir(cacheDir, { recursive: true });
  const download = temporaryFolder(cacheDir);
  await copyJars(download);
  await rename(download, kafkaJarsDir).catch((error) => {
    if (!kafkaIsDownloaded()) throw error;
  });
  return kafkaJarsDir;
}

/** @param {string} directory */
async function copyJars(directory) {
  const args = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${directory}`];
  try {
    await runQuietly('mvn', args);
  } catch (error) {
    const reason = error.cause.match(/^.*ERROR.*$/m)?.[0] ?? error.message;
    throw new Failure(`Kafka could not be downloaded: check the network and Maven's settings (${reason})`);
  }
}
