import type { Admin } from 'kafkajs';
import { Failure } from '../../../tools/stack/failure.mjs';
import { poll } from '../../../tools/stack/ports.mjs';
import { connectTo, withAdmin } from '../../kafka/connect.ts';
import { TOPICS } from '../../kafka/groups.ts';
import type { Stage } from '../stage.ts';

/** As many as ours creates unless configured. */
const PARTITIONS = 3;

const LEADERS_MS = 30_000;

/** For contenders that expect the topics to exist. */
export const createTopics = ({ kafka }: Stage): Promise<void> =>
  withAdmin(connectTo([kafka.brokers]), async (admin) => {
    const topics = TOPICS.map((topic) => ({ topic, numPartitions: PARTITIONS }));
    await admin.createTopics({ topics, waitForLeaders: false });
    if (!(await poll(() => haveLeaders(admin), { timeoutMs: LEADERS_MS }))) throw new Failure('topics without leaders');
  });

/** kafkajs itself gives up where the broker does not know a new topic yet. */
const haveLeaders = (admin: Admin): Promise<boolean> =>
  admin.fetchTopicMetadata({ topics: TOPICS }).then(
    ({ topics }) => topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)),
    () => false,
  );
