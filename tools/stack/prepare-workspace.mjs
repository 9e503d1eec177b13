import { build } from './build.mjs';
import { services } from './environment.mjs';
import { assertJava } from './java.mjs';
import { ensureKafkaJars, kafkaIsDownloaded } from './kafka-jars.mjs';
import { ensurePackages } from './packages.mjs';
import { quietStep } from './steps.mjs';

/** Everything that a system of one's own needs, from a fresh clone on: packages, Kafka and the built services. */
export async function prepareWorkspace() {
  await assertJava();
  await ensurePackages(quietStep);
  if (!kafkaIsDownloaded()) await quietStep('download Kafka', ensureKafkaJars);
  await quietStep('build', () => build(services));
}
