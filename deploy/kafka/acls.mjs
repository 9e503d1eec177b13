/**
 * What each service may do in Kafka, and nothing more.
 *
 *   node deploy/kafka/acls.mjs [--create-topics]           prints the commands for kafka-acls
 *   node deploy/kafka/acls.mjs [--create-topics] --apply   does it; KAFKA_BROKERS and the other KAFKA_ variables say where and
 *                                                          as whom (docs/how-to/kafka-security.md)
 *
 * A service is a user and a group of its own name. Without `--create-topics` its topics have to be there before.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const services = {
  'order-service': { consumes: ['inventory-events'], publishes: ['order-events'] },
  'inventory-service': { consumes: ['order-events'], publishes: ['inventory-events'] },
  'notification-service': { consumes: ['order-events', 'inventory-events'], publishes: [] },
};

/**
 * READ and WRITE allow to DESCRIBE; the idempotent producer needs WRITE alone.
 * @param {{ createTopics?: boolean }} [options]
 * @returns {{ user: string, resource: 'topic' | 'group', name: string, operation: 'READ' | 'WRITE' | 'CREATE' }[]}
 */
export function aclsOf({ createTopics = false } = {}) {
  return Object.entries(services).flatMap(([user, { consumes, publishes }]) => {
    const written = [...publishes, ...consumes.map((topic) => `${topic}.${user}.dead-letter`)];
    const onTopics = (operation, names) => names.map((name) => ({ user, resource: 'topic', name, operation }));
    return [
      ...onTopics('READ', consumes),
      ...onTopics('WRITE', written),
      ...(createTopics ? onTopics('CREATE', [...consumes, ...written]) : []),
      { user, resource: 'group', name: user, operation: 'READ' },
    ];
  });
}

/** @param {ReturnType<typeof aclsOf>[number]} acl */
export const toCommand = ({ user, resource, name, operation }) =>
  `kafka-acls --bootstrap-server "$KAFKA_BROKERS" --command-config admin.properties --add` +
  ` --allow-principal User:${user} --operation ${operation} --${resource} ${name}`;

/**
 * Adds what is not there yet; takes nothing away.
 * @param {import('kafkajs').Admin} admin connected, as a user that may ALTER the cluster
 * @param {ReturnType<typeof aclsOf>} acls
 */
export async function applyAcls(admin, acls) {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = await kafkajs();
  await admin.createAcls({
    acl: acls.map(({ user, resource, name, operation }) => ({
      resourceType: resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
      resourceName: name,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${user}`,
      host: '*',
      operation: AclOperationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  });
}

/**
 * @template T
 * @param {NodeJS.ProcessEnv} environment the KAFKA_ variables of a service
 * @param {(admin: import('kafkajs').Admin) => Promise<T>} use
 */
export async function withAdmin(environment, use) {
  const { Kafka, logLevel } = await kafkajs();
  const [ca, cert] = ['KAFKA_SSL_CA', 'KAFKA_SSL_CERT'].map((name) => secret(environment, name));
  const mechanism = environment.KAFKA_SASL_MECHANISM;
  const admin = new Kafka({
    clientId: 'orderflow-acls',
    brokers: (environment.KAFKA_BROKERS ?? 'localhost:9092').split(','),
    ssl: ca || cert ? { ca, cert, key: secret(environment, 'KAFKA_SSL_KEY') } : environment.KAFKA_SSL === 'true',
    sasl: mechanism && {
      mechanism,
      username: environment.KAFKA_SASL_USERNAME,
      password: secret(environment, 'KAFKA_SASL_PASSWORD'),
    },
    logLevel: logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Loaded when needed: printing wants no packages, and `npm start` begins before they are installed. */
const kafkajs = async () => (await import('kafkajs')).default;

const secret = (environment, name) =>
  environment[`${name}_FILE`] ? readFileSync(environment[`${name}_FILE`], 'utf8').trimEnd() : environment[name];

async function main(args) {
  const acls = aclsOf({ createTopics: args.includes('--create-topics') });
  if (!args.includes('--apply')) return console.log(acls.map(toCommand).join('\n'));
  await withAdmin(process.env, (admin) => applyAcls(admin, acls));
  console.log(`${acls.length} rules are in place`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(`The rules are not in place: ${error.message}`);
    process.exitCode = 1;
  });
}
