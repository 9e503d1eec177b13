/**
 * What each service may do in Kafka, and nothing more.
 *
 *   node deploy/kafka/acls.mjs [options]           prints the commands for kafka-acls
 *   node deploy/kafka/acls.mjs [options] --apply   does it; KAFKA_BROKERS and the other KAFKA_ variables say where and
 *                                                  as whom (docs/how-to/kafka-security.md)
 *
 * A service is a user and a group of its own name. Options: `--create-topics` lets it make its own topics, which have to be there
 * before otherwise; `--companions` adds what the companions need, each by a certificate in its name.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { topology } from '../topology.mjs';
import { brokerAddresses } from './broker-addresses.mjs';

const TOKEN_TIMEOUT_MS = 5_000;

/**
 * kafka-ui looks at everything and changes nothing; Apicurio keeps its schemas in topics of its own.
 * @type {Record<string, (Omit<Rule, 'user' | 'operation'> & { operations: Rule['operation'][] })[]>}
 */
export const companions = {
  'kafka-ui': [
    { resource: 'cluster', name: 'kafka-cluster', operations: ['DESCRIBE', 'DESCRIBE_CONFIGS'] },
    { resource: 'topic', name: '*', operations: ['READ', 'DESCRIBE_CONFIGS'] },
    { resource: 'group', name: '*', operations: ['DESCRIBE'] },
  ],
  'schema-registry': [
    ...['kafkasql-journal', 'kafkasql-snapshots', 'registry-events'].map((name) => ({
      resource: /** @type {const} */ ('topic'),
      name,
      operations: /** @type {Rule['operation'][]} */ (['READ', 'WRITE', 'CREATE', 'DESCRIBE_CONFIGS']),
    })),
    { resource: 'group', name: 'apicurio-', prefixed: true, operations: ['READ'] },
  ],
};

/**
 * @typedef {object} Rule that allows something
 * @property {string} user
 * @property {'topic' | 'group' | 'cluster'} resource
 * @property {string} name of the resource; `*` for any
 * @property {boolean} [prefixed] whether the name is but the beginning
 * @property {'READ' | 'WRITE' | 'CREATE' | 'DESCRIBE' | 'DESCRIBE_CONFIGS'} operation
 */

/**
 * @param {{ createTopics?: boolean, withCompanions?: boolean }} [options]
 * @returns {Rule[]}
 */
export const aclsOf = ({ createTopics = false, withCompanions = false } = {}) => [
  ...aclsOfServices(createTopics),
  ...(withCompanions ? aclsOfCompanions() : []),
];

/**
 * READ and WRITE allow to DESCRIBE; the idempotent producer needs WRITE alone.
 * @param {boolean} createTopics
 * @returns {Rule[]}
 */
function aclsOfServices(createTopics) {
  return topology.services.flatMap(({ name: user, consumes, publishes, deadLetterTopics }) => {
    const written = [...publishes, ...deadLetterTopics];
    /** @type {(operation: Rule['operation'], names: string[]) => Rule[]} */
    const onTopics = (operation, names) => names.map((name) => ({ user, resource: 'topic', name, operation }));
    return [
      ...onTopics('READ', consumes),
      ...onTopics('WRITE', written),
      ...(createTopics ? onTopics('CREATE', [...consumes, ...written]) : []),
      { user, resource: 'group', name: user, operation: 'READ' },
    ];
  });
}

/** @returns {Rule[]} */
const aclsOfCompanions = () =>
  Object.entries(companions).flatMap(([name, rules]) =>
    rules.flatMap(({ operations, ...rule }) =>
      operations.map((operation) => ({ user: `CN=${name}`, ...rule, operation })),
    ),
  );

/** @param {Rule} rule */
export const toCommand = ({ user, resource, name, prefixed, operation }) =>
  `kafka-acls --bootstrap-server "$KAFKA_BROKERS" --command-config admin.properties --add` +
  ` --allow-principal User:${user} --operation ${operation.replaceAll('_', '')} --${resource}` +
  (resource === 'cluster' ? '' : ` '${name}'`) +
  (prefixed ? ' --resource-pattern-type prefixed' : '');

/**
 * Adds what is not there yet; takes nothing away.
 * @param {import('kafkajs').Admin} admin connected, as a user that may ALTER the cluster
 * @param {Rule[]} acls
 */
export async function applyAcls(admin, acls) {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = await kafkajs();
  await admin.createAcls({
    acl: acls.map(({ user, resource, name, prefixed, operation }) => ({
      resourceType: AclResourceTypes[/** @type {Uppercase<Rule['resource']>} */ (resource.toUpperCase())],
      resourceName: name,
      resourcePatternType: prefixed ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
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
  const admin = new Kafka({
    clientId: 'orderflow-acls',
    ...brokerAddresses(environment.KAFKA_BROKERS ?? 'localhost:9092'),
    ssl: ca || cert ? { ca, cert, key: secret(environment, 'KAFKA_SSL_KEY') } : environment.KAFKA_SSL === 'true',
    sasl: saslOf(environment),
    logLevel: logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {import('kafkajs').SASLOptions | undefined}
 */
function saslOf(environment) {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = environment;
  const password = secret(environment, 'KAFKA_SASL_PASSWORD');
  if (!mechanism) return undefined;
  // what is not as Kafka wants it, kafkajs refuses
  if (mechanism !== 'oauthbearer') return /** @type {any} */ ({ mechanism, username, password });
  return { mechanism, oauthBearerProvider: () => oauthToken(environment, [username, password]) };
}

/**
 * By the client-credentials grant (RFC 6749, 4.4), as the services get theirs.
 * @param {NodeJS.ProcessEnv} environment
 * @param {(string | undefined)[]} credentials
 */
async function oauthToken({ KAFKA_SASL_OAUTH_TOKEN_URL: url, KAFKA_SASL_OAUTH_SCOPE: scope }, credentials) {
  const basic = Buffer.from(credentials.map((text) => encodeURIComponent(String(text))).join(':')).toString('base64');
  const response = await fetch(String(url), {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) }),
    signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const { access_token: value } = /** @type {{ access_token: string }} */ (await response.json());
  return { value };
}

/** Loaded when needed: printing wants no packages, and `npm start` begins before they are installed. */
const kafkajs = async () => (await import('kafkajs')).default;

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} name
 */
const secret = (environment, name) => {
  const file = environment[`${name}_FILE`];
  return file ? readFileSync(file, 'utf8').trimEnd() : environment[name];
};

/** @param {string[]} args */
async function main(args) {
  const acls = aclsOf({
    createTopics: args.includes('--create-topics'),
    withCompanions: args.includes('--companions'),
  });
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
