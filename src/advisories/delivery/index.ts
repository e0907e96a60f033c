export type { Exported } from './bundle.ts';
export type { Installed } from './install.ts';
export type { Pulled, Pushed, RegistryAccess } from './registry.ts';
