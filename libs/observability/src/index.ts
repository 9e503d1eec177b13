export { HealthModule } from './health.module.js';
export { HealthRegistry, type ComponentHealth, type HealthReport, type HealthStatus } from './health.registry.js';
