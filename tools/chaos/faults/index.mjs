import { disksCanBeHad } from '../system/disk.mjs';
import { clockSkew } from './clock-skew.mjs';
import { deleteRecords } from './delete-records.mjs';
import { foreignCodecs } from './foreign-codecs.mjs';
import { freeze } from './freeze.mjs';
import { fullDisks } from './full-disk.mjs';
import { addPartition, rewind } from './kafka-admin.mjs';
import { killBroker, killKafka, killPostgres, rollingRestart, serviceKills } from './kill.mjs';
import { duplicate, expensivePoison, poison } from './messages.mjs';
import { lowerLimit } from './lower-limit.mjs';
import { networkFaults } from './network.mjs';
import { outsideLock } from './outside-lock.mjs';
import { restoreDatabase } from './restore-database.mjs';
import { slowClients } from './slow-clients.mjs';
import { twoVersions } from './two-versions.mjs';

/** @type {import('./fault.mjs').Fault} */
const calm = {
  name: 'calm',
  about: 'nothing at all, for as long as it takes to see that nothing goes wrong by itself',
  draw: () => ({ durationMs: 20_000 }),
  strike: async () => async () => {},
};

/** All that can be done to the system. */
export const FAULTS = [
  ...serviceKills,
  killBroker,
  killKafka,
  killPostgres,
  freeze,
  ...networkFaults,
  ...fullDisks,
  rewind,
  duplicate,
  poison,
  addPartition,
  rollingRestart,
  foreignCodecs,
  expensivePoison,
  outsideLock,
  lowerLimit,
  deleteRecords,
  clockSkew,
  restoreDatabase,
  twoVersions,
  slowClients,
  calm,
];

/** @param {string} name of a fault */
export const needsDisks = (name) => fullDisks.some((fault) => fault.name === name);

/** @returns {string[]} the names of those that can be had on this machine */
export const possibleFaults = () =>
  FAULTS.map(({ name }) => name).filter((name) => disksCanBeHad() || !needsDisks(name));
