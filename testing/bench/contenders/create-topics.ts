import { connectTo, withAdmin } from '../../kafka/connect.ts';
import { TOPICS } from '../../kafka/groups.ts';
import type { Stage } from '../stage.ts';

/** As many as ours creates unless configured. */
const PARTITIONS = 3;

/** For contenders that expect the topics to exist. */
export const createTopics = ({ kafka }: Stage): Promise<void> =>
  withAdmin(connectTo([kafka.brokers]), async (admin) => {
    await admin.createTopics({ topics: TOPICS.map((topic) => ({ topic, numPartitions: PARTITIONS })) });
  });
