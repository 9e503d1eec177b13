import { patch, type Sabotage } from './sabotage.ts';

const MAIN = 'apps/notification-service/dist/main.js';
const RUN = 'await runService({';

/** mistakes of a process */
export const ofProcesses: Sabotage[] = [
  {
    name: 'unhandled-rejection',
    about: 'a promise rejection is not handled, and does not end the process',
    named: 'logs',
    faults: [],
    patches: [
      patch(
        MAIN,
        RUN,
        `process.on('unhandledRejection', (error) => process.emitWarning(error));
setTimeout(() => Promise.reject(new Error('sabotage')), 10_000);
${RUN}`,
      ),
    ],
  },
  {
    name: 'exit-code-on-sigterm',
    about: 'a process exits with 1 on SIGTERM',
    named: 'processes',
    faults: ['rolling-restart'],
    patches: [patch(MAIN, RUN, `process.on('SIGTERM', () => process.exit(1));\n${RUN}`)],
  },
];
