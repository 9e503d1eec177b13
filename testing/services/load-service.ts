import type { DynamicModule } from '@nestjs/common';
import type { ServiceName } from '@orderflow/events';
import { loadConfig, type ServiceConfig } from '@orderflow/service';

export type Environment = Readonly<Record<string, string>>;

/** Nothing listens there. */
const NOTHING = { DATABASE_URL: 'postgres://u:p@localhost:1/none', KAFKA_BROKERS: 'localhost:1' };

/**
 * The module that a service of the topology is composed of, found by its name.
 * @param environment what it connects to; nothing unless given
 */
export async function loadService(name: ServiceName, environment: Environment = {}): Promise<DynamicModule> {
  const { AppModule } = (await import(`../../apps/${name}/src/app.module.js`)) as {
    AppModule: { forRoot(config: ServiceConfig): DynamicModule };
  };
  return AppModule.forRoot(loadConfig(await loadConfigClass(name), { ...NOTHING, ...environment }));
}

/** The class of a service's configuration. */
export async function loadConfigClass(name: ServiceName): Promise<new () => ServiceConfig> {
  const configs: Record<string, new () => ServiceConfig> = await import(`../../apps/${name}/src/app.config.js`);
  const [config] = Object.values(configs);
  if (!config) throw new Error(`apps/${name}/src/app.config.ts exports no configuration`);
  return config;
}
