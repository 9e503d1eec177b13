/** Variables of the stack and of its services, see docs/reference/configuration.md; Kafka's own scripts read others, such as KAFKA_OPTS. */
const OUR_KAFKA = /^KAFKA_(PORT|BROKERS|CLIENT_ID|GROUP_ID|SSL|SASL|TOPIC)(_|$)/;
/** How Node reaches the world from this machine; everything else that Node reads would change all that we start. */
const CONNECTION_OF_NODE = new Set(['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'NODE_USE_ENV_PROXY']);
/** How npm reaches its registry, and whether it may run scripts; not what it installs, nor where. */
const CONNECTION_OF_NPM =
  /^npm_config_(@|\/\/|_?auth|registry$|cache$|userconfig$|globalconfig$|(https?_?)?_?proxy$|no_?proxy$|ca$|cafile$|cert$|key$|strict_ssl$|fetch_|maxsockets$|offline$|prefer_offline$|ignore_scripts$)/i;
/** Told to us by the npm that runs us. */
const LIFECYCLE_OF_NPM = new Set(['npm_lifecycle_event', 'npm_execpath']);

/**
 * @param {string} name of a variable
 * @returns {boolean} whether it was set for other programs of this machine, and would change what the stack does
 */
function isForeign(name) {
  if (name.startsWith('KAFKA_')) return !OUR_KAFKA.test(name);
  if (name.startsWith('NODE_')) return !CONNECTION_OF_NODE.has(name);
  if (/^npm_/i.test(name)) return !CONNECTION_OF_NPM.test(name) && !LIFECYCLE_OF_NPM.has(name);
  return /^PG[A-Z]/.test(name);
}

/**
 * Removes what was set for other programs: for psql and libpq (`PG…`), Kafka's scripts (`KAFKA_OPTS` and its like), Node
 * (`NODE_ENV`, `NODE_OPTIONS`) and npm (`npm_config_omit`). Variables with a service's prefix stay: they are meant.
 * @param {NodeJS.ProcessEnv} environment is changed, so that libraries in this process and all of its children see the same
 */
export function removeForeignVariables(environment) {
  for (const name of Object.keys(environment)) if (isForeign(name)) delete environment[name];
}

/** What the JVM and its logging read by themselves. */
const READ_BY_JAVA = /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH|LOG4J_.*|KAFKA_.*)$/;

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv} for Kafka's JVM: without what others have set for theirs, and such that it reads the names of
 * files as UTF-8 (`sun.jnu.encoding`), which no property can set
 */
export function javaEnvironment(environment) {
  const own = Object.entries(environment).filter(([name]) => !READ_BY_JAVA.test(name));
  return { ...Object.fromEntries(own), LC_ALL: 'C.UTF-8' };
}
