import { runQuietly } from '../stack/command.mjs';
import { services } from '../stack/environment.mjs';
import { Failure } from '../stack/failure.mjs';
import { assertJava } from '../stack/java.mjs';
import { ensureKafkaJars, kafkaIsDownloaded } from '../stack/kafka-jars.mjs';
import { installPackages, packagesAreInstalled } from '../stack/packages.mjs';
import { root, workspaceEnvironment } from '../stack/paths.mjs';
import { quietStep } from '../stack/steps.mjs';

const NX = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NATIVE_COMMAND_RUNNER: 'false' };

/** Everything that a run needs, from a fresh clone on: packages, Kafka and the built services. */
export async function prepareWorkspace() {
  await assertJava();
  if (!(await packagesAreInstalled())) await quietStep('install packages', installPackages);
  if (!kafkaIsDownloaded()) await quietStep('download Kafka', ensureKafkaJars);
  await quietStep('build', build);
}

async function build() {
  const args = ['run-many', '-t', 'build', '-p', ...services.map(({ name }) => name), '--outputStyle=static'];
  try {
    await runQuietly('nx', args, { cwd: root, env: { ...workspaceEnvironment(), ...NX } });
  } catch (error) {
    throw new Failure(`${error.cause}\nThe build failed: see above`);
  }
}
