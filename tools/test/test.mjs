/** `npm test`: every check and every test of the workspace, from a fresh clone on. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { NX } from '../stack/build.mjs';
import { run } from '../stack/command.mjs';
import { describeFailure } from '../stack/failure.mjs';
import { isolateProcess } from '../stack/isolate-process.mjs';
import { assertJava } from '../stack/java.mjs';
import { ensurePackages } from '../stack/packages.mjs';
import { root, workspaceEnvironment } from '../stack/paths.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { onStopSignal } from '../stack/signals.mjs';
import { say, step } from '../stack/steps.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';
import { startInfra } from './infra.mjs';

isolateProcess();
const results = path.join(temporaryFolder(), 'results.jsonl');
/** @type {string[]} */
const failures = [];
let interrupted = false;

onStopSignal(async () => {
  interrupted = true;
  await stopGroups();
  process.exit(130);
});

await attempt('packages', () => ensurePackages(step));
if (failures.length === 0) await checkAndTest();
report();

async function checkAndTest() {
  await attempt('format', () => command('prettier', ['--check', '--log-level=warn', '.']));
  await attempt('lint', () => nx('lint'));
  await attempt('typecheck', () => nx('typecheck'));
  await attempt('build', () => nx('build'));
  await attempt('unit tests', () => nx('test', ['--skip-nx-cache']));
  await attempt('integration tests', testIntegration);
  await attempt('end-to-end tests', () => nx('e2e', ['--skip-nx-cache']));
}

async function testIntegration() {
  await assertJava();
  const infra = await startInfra();
  try {
    await nx('test-int', ['--skip-nx-cache'], infra.environment);
  } finally {
    await infra.stop();
  }
}

/**
 * @param {string} target of all projects that have it
 * @param {string[]} [args]
 * @param {Record<string, string>} [variables]
 */
function nx(target, args = [], variables) {
  return command('nx', ['run-many', '-t', target, '--parallel=2', '--outputStyle=static', ...args], variables);
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {Record<string, string>} [variables]
 */
function command(name, args, variables) {
  const env = { ...workspaceEnvironment(), ...NX, ORDERFLOW_TEST_RESULTS: results, ...variables };
  return run(name, args, { cwd: root, env });
}

/**
 * A step that fails does not keep the others from running: all failures are seen at once.
 * @param {string} what
 * @param {() => Promise<void>} work
 */
async function attempt(what, work) {
  try {
    await step(what, work);
  } catch (error) {
    if (interrupted) await new Promise(() => {}); // until the shutdown is through
    failures.push(what);
    say(`${what}: FAILED: ${describeFailure(error)}`);
  }
}

function report() {
  const { passed, failed, skipped } = count();
  if (passed + failed === 0) failures.push('no test was run');
  if (failures.length > 0) say(`failed: ${failures.join(', ')}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failures.length + failed > 0 ? 1 : 0;
}

/** @returns {{ passed: number, failed: number, skipped: number }} the sum of all jest runs (see count-reporter.mjs) */
function count() {
  const runs = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n') : [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of runs.map((line) => JSON.parse(line))) {
    for (const kind of Object.keys(total)) total[kind] += counts[kind];
  }
  return total;
}
