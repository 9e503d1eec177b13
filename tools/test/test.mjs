/** `npm test`: every check and every test of the workspace, from a fresh clone on. */
import path from 'node:path';
import { NX } from '../stack/build.mjs';
import { runQuietly } from '../stack/command.mjs';
import { describeFailure, Failure } from '../stack/failure.mjs';
import { isolateProcess } from '../stack/isolate-process.mjs';
import { assertJava } from '../stack/java.mjs';
import { ensurePackages } from '../stack/packages.mjs';
import { cacheDir, root, workspaceEnvironment } from '../stack/paths.mjs';
import { stopGroups } from '../stack/process-group.mjs';
import { onStopSignal } from '../stack/signals.mjs';
import { say, step } from '../stack/steps.mjs';
import { temporaryFolder } from '../stack/temporary-folder.mjs';
import { startInfra } from './infra.mjs';
import { countAll, describeCounts, describeFailures, Suites } from './suites.mjs';

/** Hundreds of Node processes start here, services included: each takes the compiled code of its modules from the first. */
const COMPILE_CACHE = { NODE_COMPILE_CACHE: path.join(cacheDir, 'node-compile-cache') };

isolateProcess();
const results = path.join(temporaryFolder(), 'results.jsonl');
const suites = new Suites(results);
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
  await Promise.all([
    attempt('format', () => command('prettier', ['--check', '--log-level=warn', '.'])),
    attempt('secrets', () => command('secretlint', ['**/*'])),
    attempt('lint, types, build', () => nx(['lint', 'typecheck', 'build'])),
  ]);
  await attempt('unit tests', () => jest('test'));
  await attempt('integration tests', testIntegration);
  await attempt('end-to-end tests', () => jest('e2e'));
}

async function testIntegration() {
  await assertJava();
  const infra = await startInfra();
  try {
    await jest('test-int', infra.environment);
  } finally {
    await infra.stop();
  }
}

/**
 * Runs tests, and shows a line for each suite.
 * @param {string} target
 * @param {Record<string, string>} [variables]
 */
async function jest(target, variables) {
  const before = suites.all.length;
  try {
    await suites.during(() => nx([target], ['--skip-nx-cache'], variables), say);
  } catch (error) {
    const failed = suites.all.slice(before).filter((suite) => suite.failed > 0);
    if (failsElsewhere(error, failed)) throw error;
    throw new Failure(describeCounts(countAll(failed))); // what failed is shown
  }
}

/**
 * @param {unknown} error
 * @param {import('./suite-reporter.mjs').Suite[]} failed
 * @returns {boolean} whether Nx has a failed task of which no failed test is known: Jest has crashed, or the task did not begin
 */
function failsElsewhere(error, failed) {
  const output = error instanceof Failure ? String(error.cause) : '';
  const tasks = [...output.matchAll(/^\s*- ([\w-]+):([\w-]+)\s*$/gm)];
  const isKnown = (/** @type {RegExpExecArray} */ [, project = '', target = '']) =>
    failed.some((suite) => suite.target === target && (target === 'e2e' || suite.name === project));
  return failed.length === 0 || !tasks.every(isKnown);
}

/**
 * @param {string[]} targets of all projects that have them
 * @param {string[]} [args]
 * @param {Record<string, string>} [variables]
 */
function nx(targets, args = [], variables) {
  return command('nx', ['run-many', '-t', ...targets, '--parallel=2', '--outputStyle=static', ...args], variables);
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {Record<string, string>} [variables]
 */
function command(name, args, variables) {
  const env = { ...workspaceEnvironment(), ...NX, ...COMPILE_CACHE, ORDERFLOW_TEST_RESULTS: results, ...variables };
  return runQuietly(name, args, { cwd: root, env });
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
    const output = error instanceof Failure && error.cause ? `${error.cause}\n` : '';
    say(`${output}${what}: FAILED: ${describeFailure(error)}`);
  }
}

function report() {
  const counts = countAll(suites.all);
  if (counts.passed + counts.failed === 0) failures.push('no test was run');
  if (counts.failed > 0) console.log(`\n${describeFailures(suites.all)}`);
  if (failures.length > 0) say(`failed: ${failures.join(', ')}`);
  console.log(describeCounts(counts));
  process.exitCode = failures.length + counts.failed > 0 ? 1 : 0;
}
