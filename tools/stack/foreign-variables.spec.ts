import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { javaEnvironment, removeForeignVariables } from './foreign-variables.mjs';

const CONFIGURATION = readFileSync(new URL('../../docs/reference/configuration.md', import.meta.url), 'utf8');

function namesAfterRemoval(...names: string[]): string[] {
  const environment: NodeJS.ProcessEnv = Object.fromEntries(names.map((name) => [name, 'x']));
  removeForeignVariables(environment);
  return Object.keys(environment);
}

describe('removeForeignVariables', () => {
  it.each([
    ...['PGSSLMODE', 'PGHOST', 'PGOPTIONS', 'PGDATABASE', 'PGPASSFILE'],
    ...['KAFKA_OPTS', 'KAFKA_HEAP_OPTS', 'KAFKA_LOG4J_OPTS', 'KAFKA_HOME', 'KAFKA_JMX_OPTS'],
    ...['NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'NODE_DEBUG'],
    ...['npm_config_omit', 'npm_config_production', 'npm_config_global', 'NPM_CONFIG_OMIT', 'npm_package_name'],
  ])('removes %s, which is set for other programs', (name) => {
    expect(namesAfterRemoval(name)).toEqual([]);
  });

  it.each([
    ...['NODE_EXTRA_CA_CERTS', 'npm_config_registry', 'npm_config_cafile', 'npm_config_https_proxy'],
    ...['npm_config_ignore_scripts', 'npm_config_//registry.example/:_authToken', 'npm_lifecycle_event'],
    ...['ORDER_SERVICE_NODE_OPTIONS', 'ORDER_SERVICE_PGSSLMODE', 'PATH', 'PAGER', 'LOG_LEVEL'],
  ])('keeps %s', (name) => {
    expect(namesAfterRemoval(name)).toEqual([name]);
  });

  it('keeps every variable that docs/reference/configuration.md names', () => {
    const rows = CONFIGURATION.matchAll(/^\| `([A-Z_]+)` /gm);
    const documented = [...rows].flatMap(([, name = '']) => [name, `${name}_FILE`]);
    expect(documented).toContain('KAFKA_SASL_PASSWORD_FILE');
    expect(namesAfterRemoval(...documented)).toEqual(documented);
  });
});

describe('javaEnvironment', () => {
  it('holds nothing that changes a JVM, and lets it read names of files as UTF-8', () => {
    const environment = javaEnvironment({
      PATH: '/bin',
      LANG: 'C',
      JAVA_TOOL_OPTIONS: '-Xmx16m',
      JDK_JAVA_OPTIONS: '-version',
      _JAVA_OPTIONS: '-Xmx16m',
      CLASSPATH: '/elsewhere',
      KAFKA_OPTS: '-javaagent:x',
      LOG4J_LEVEL: 'TRACE',
    });
    expect(environment).toEqual({ PATH: '/bin', LANG: 'C', LC_ALL: 'C.UTF-8' });
  });
});
