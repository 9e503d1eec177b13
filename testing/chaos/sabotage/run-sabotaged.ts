import path from 'node:path';
import { runChaos, type RunOptions } from '../run.ts';
import { makeSabotagedWorkspace } from './sabotaged-workspace.ts';
import type { Sabotage } from './sabotage.ts';

/** Long enough for the mistakes that faults bring to light, and for those that show by themselves. */
const MINUTES = { withFaults: 0.6, without: 0.3 };
const PATIENCE_MS = 20_000;

/** A run of a copy of the services with a mistake in it. */
export async function runSabotaged(
  sabotage: Sabotage,
  {
    minutes,
    faults = sabotage.faults,
    ...options
  }: Omit<RunOptions, 'minutes' | 'faults'> & { minutes?: number; faults?: string[] },
) {
  const workspace = path.join(options.folder, 'workspace');
  await makeSabotagedWorkspace(sabotage, workspace);
  return runChaos({
    ...options,
    minutes: minutes ?? sabotage.minutes ?? (faults.length > 0 ? MINUTES.withFaults : MINUTES.without),
    faults,
    isSecure: options.isSecure || sabotage.isSecure,
    wanted: faults,
    workspace,
    sabotage: sabotage.name,
    patienceMs: PATIENCE_MS,
  });
}
