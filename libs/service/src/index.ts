export { infrastructure, type InfrastructureOptions } from './infrastructure.js';
export { runService, type Service } from './run-service.js';
