import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { topology } from '@orderflow/events';
import { loadConfig, ServiceConfig, type Variable, variablesOf } from '@orderflow/service';
import { loadConfigClass } from '../../testing/services/load-service.js';

class AnyServiceConfig extends ServiceConfig {}

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const documented = read('docs/reference/configuration.md');

/** The rows of the table below a heading, without markup, by their first cell. */
function tableBelow(heading: string): Map<string, readonly string[]> {
  const section = documented.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.replaceAll('`', '').trim()));
  return new Map(rows.slice(2).map(([name = '', ...cells]) => [name, cells]));
}

/** What a service's `app.config.ts` sets instead of the common defaults, by property. */
function overridesOf(service: string): Map<string, string> {
  const assignments = read(`apps/${service}/src/app.config.ts`).matchAll(/override (\w+)(?:: \w+)? = '?(.+?)'?;/g);
  return new Map([...assignments].map(([, property = '', value = '']) => [property, value]));
}

const services = readdirSync(new URL('apps/', ROOT)).filter((name) => name.endsWith('-service'));
const overrides = new Map(services.map((service) => [service, overridesOf(service)]));
const isPerService = (property: string) => [...overrides.values()].some((own) => own.has(property));

function defaultOf({ name, property }: Variable): string {
  if (isPerService(property)) return 'per service';
  if (missingAtAll().includes(name)) return 'required';
  const value = new AnyServiceConfig()[property as keyof ServiceConfig];
  return value === undefined ? 'none' : String(value);
}

/** The variables that are required. */
function missingAtAll(): string[] {
  try {
    loadConfig(AnyServiceConfig, {});
  } catch (error) {
    return [...(error as Error).message.matchAll(/(\w+) is missing/g)].map(([, name = '']) => name);
  }
  return [];
}

function allowedOf({ property, type }: Variable, config: new () => ServiceConfig = AnyServiceConfig): string {
  if (type === 'boolean') return 'true, false';
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(config, '', false, false)
    .filter(({ propertyName }) => propertyName === property);
  const constraintOf = (rule: string) => rules.find(({ name }) => name === rule)?.constraints?.[0];
  if (type === 'number') return `${constraintOf('min')}–${constraintOf('max')}`;
  return (constraintOf('isIn') ?? []).join(', ');
}

describe('docs/reference/configuration.md', () => {
  it('describes every variable of the services as the code does, and no other', () => {
    const inCode = variablesOf(AnyServiceConfig).map((variable): [string, string[]] => [
      variable.name,
      [
        variable.type,
        allowedOf(variable),
        defaultOf(variable),
        variable.secret ? 'yes' : 'no',
        variable.description ?? '',
      ],
    ]);
    expect(Object.fromEntries(tableBelow('Services'))).toEqual(Object.fromEntries(inCode));
  });

  it.each(topology)('describes the variables that only $name has', async ({ name }) => {
    const config = await loadConfigClass(name);
    const common = new Set(variablesOf(AnyServiceConfig).map(({ name }) => name));
    const own = variablesOf(config).filter((variable) => !common.has(variable.name));
    const rows = own.map((variable): [string, string[]] => {
      const value = new config()[variable.property as keyof ServiceConfig] ?? 'none';
      return [variable.name, [variable.type, allowedOf(variable, config), String(value), variable.description]];
    });
    expect(Object.fromEntries(tableBelow(`Only ${name}`))).toEqual(Object.fromEntries(rows));
  });

  it('gives the defaults of each service', () => {
    const documentedProperties = ['port', 'kafkaClientId', 'kafkaGroupId'];
    const inCode = services.map((service) => {
      const own = overrides.get(service) ?? new Map();
      expect([...own.keys()].sort()).toEqual([...documentedProperties].sort());
      return [service, documentedProperties.map((property) => own.get(property))];
    });
    expect(Object.fromEntries(tableBelow('Defaults by service'))).toEqual(Object.fromEntries(inCode));
  });

  it('gives the ports of the local stack', () => {
    const source = read('tools/stack/environment.mjs');
    const own = [...source.matchAll(/readPort\(environment, '(\w+)', (\d+)\)/g)].map(([, name, port]) => [name, port]);
    const topology = JSON.parse(read('deploy/topology.json')) as { services: { name: string; port: number }[] };
    const ofServices = topology.services.map(({ name, port }) => [
      `${name.toUpperCase().replaceAll('-', '_')}_PORT`,
      String(port),
    ]);
    const inTable = [...tableBelow('Local stack')].map(([name, [port]]) => [name, port]);
    expect(own.length * ofServices.length).toBeGreaterThan(0);
    expect(Object.fromEntries(inTable)).toMatchObject(Object.fromEntries([...own, ...ofServices]));
  });
});
