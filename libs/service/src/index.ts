export { InvalidConfiguration, loadConfig, secretOf } from './config/load-config.js';
export { ServiceConfig } from './config/service-config.js';
export { Variable, variablesOf, type VariableOptions } from './config/variable.js';
export { infrastructure, type InfrastructureOptions } from './infrastructure.js';
export { runService, type Service } from './run-service.js';
