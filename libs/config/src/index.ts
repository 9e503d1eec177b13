export { InvalidConfiguration, loadConfig, secretOf } from './load-config.js';
export { ServiceConfig } from './service-config.js';
export { Variable, variablesOf, type VariableOptions } from './variable.js';
