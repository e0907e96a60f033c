export { runningContainers } from './containers.ts';
export { type EngineEndpoint, engineEndpoints } from './endpoint.ts';
export type { EngineOptions } from './engine.ts';
export { exportedMember, passingLayers } from './export.ts';
