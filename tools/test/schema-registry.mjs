import path from 'node:path';
import { Failure } from '../stack/failure.mjs';
import { downloadOnce } from '../stack/maven.mjs';
import { cacheDir } from '../stack/paths.mjs';
import { poll } from '../stack/ports.mjs';
import { describeExit, startGroup } from '../stack/process-group.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';

const VERSION = '2.6.13.Final';
const ARTIFACT = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
/** Compiles as little as it can: it lives for minutes. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const START_TIMEOUT_MS = 240_000;

/**
 * Starts an Apicurio registry, which speaks the API of Confluent's and keeps all in memory; downloads it the first time.
 * @param {{ port: number, logFile?: string }} options on 127.0.0.1
 * @throws {Failure} when it does not answer within four minutes or exits before
 */
export async function startSchemaRegistry({ port, logFile = path.join(temporaryFolder(), 'schema-registry.log') }) {
  const folder = path.join(cacheDir, `apicurio-${VERSION}`);
  await downloadOnce('The schema registry', folder, (directory) => [
    'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack',
    ...[`-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${directory}`],
  ]);
  const settings = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': port,
    'CoreEnvironmentBean.transactionStatusManagerEnable': false, // would listen on a port that is always the same
  };
  const java = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  const jar = path.join(folder, `apicurio-registry-app-${VERSION}-runner.jar`);
  const output = { file: logFile };
  const group = startGroup('java', ['-Xmx384m', ...QUICK_START, ...java, '-jar', jar], {
    name: 'schema registry',
    output,
  });
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const answers = async () => (await fetch(`${url}/subjects`).catch(() => undefined))?.ok === true;
  if (!(await poll(answers, { timeoutMs: START_TIMEOUT_MS, alive: () => group.isAlive }))) {
    const reason = group.isAlive ? 'does not answer' : describeExit(await group.exited);
    await group.stop();
    throw new Failure(`The schema registry ${reason}: see ${logFile}`);
  }
  return {
    url,
    exited: group.exited,
    stop: () => group.stop(),
    /** Ends it as a crash would. */
    kill: () => group.kill(),
  };
}
