import { connectTo, withAdmin } from '../../kafka/connect.ts';
import { TOPICS } from '../../kafka/groups.ts';
import type { Stage } from '../stage.ts';

/** As many as ours creates unless configured. */
const PARTITIONS = 3;

/** For contenders that expect the topics to exist. */
export const createTopics = ({ kafka }: Stage) =>
  withAdmin(connectTo([kafka.brokers]), (admin) =>
    admin.createTopics({ topics: TOPICS.map((topic) => ({ topic, numPartitions: PARTITIONS })), waitForLeaders: true }),
  );
