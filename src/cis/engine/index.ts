export {
  addedCapabilities,
  containerCommand,
  environmentOf,
  type HostPort,
  hasCapability,
  hostPorts,
  ownUlimits,
  seccompOff,
  securityOption,
} from './container.ts';
export { lastExecs } from './container-exec.ts';
export { judgeLatest } from './container-image.ts';
export { bindSources, type ControlPlace, sensitiveMounts, socketMounts } from './container-mounts.ts';
export { type Engine, findEngine, isPodmanVersion, openEngine } from './engine.ts';
export type {
  ContainerMount,
  EngineContainer,
  EngineHistory,
  EngineImage,
  EngineInfo,
  EngineProcesses,
  EngineSwarm,
} from './engine-types.ts';
