import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from './failure.mjs';
import { javaEnvironment } from './foreign-variables.mjs';
import { kafkaIsDownloaded } from './kafka-jars.mjs';

const MINIMUM = 17;
const INSTEAD = 'or run everything with "docker compose up"';

/**
 * @throws {Failure} unless there is a Java that runs Kafka and, while Kafka is still to be downloaded, Maven
 */
export async function assertJava() {
  const version = await javaVersion();
  const install = `install Java ${MINIMUM} (Debian, Ubuntu: "apt-get install openjdk-17-jre-headless"; macOS: "brew install openjdk@17")`;
  if (version === undefined)
    throw new Failure(`Kafka needs Java, and there is no "java" on the path: ${install}, ${INSTEAD}`);
  if (version < MINIMUM)
    throw new Failure(`Kafka needs Java ${MINIMUM}, and "java" is version ${version}: ${install}, ${INSTEAD}`);
  if (kafkaIsDownloaded() || (await answers('mvn', ['--version'])) !== undefined) return;
  throw new Failure(
    `Maven is needed to download Kafka, and there is no "mvn" on the path: ` +
      `install it (Debian, Ubuntu: "apt-get install maven"; macOS: "brew install maven"), ${INSTEAD}`,
  );
}

/** @returns {Promise<number | undefined>} the major version, e.g. 17; 1 for the ancient 1.x */
async function javaVersion() {
  const said = await answers('java', ['-version'], javaEnvironment(process.env));
  const version = said?.match(/version "(\d+)/)?.[1];
  return version === undefined ? undefined : Number(version);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string | undefined>} what the command says; undefined where there is none
 */
async function answers(command, args, env = process.env) {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { env });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}
