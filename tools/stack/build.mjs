import { runQuietly } from './command.mjs';
import { Failure } from './failure.mjs';
import { root, workspaceEnvironment } from './paths.mjs';

/** Nx without what outlives a command or draws on the terminal. */
export const NX = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NATIVE_COMMAND_RUNNER: 'false' };

/**
 * @param {{ name: string }[]} services
 * @throws {Failure} with what the build said
 */
export async function build(services) {
  const args = ['run-many', '-t', 'build', '-p', ...services.map(({ name }) => name), '--outputStyle=static'];
  try {
    await runQuietly('nx', args, { cwd: root, env: { ...workspaceEnvironment(), ...NX } });
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).cause}\nThe build failed: see above`);
  }
}
