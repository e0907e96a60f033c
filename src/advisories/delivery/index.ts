export { type Exported, exportDatabase, importDatabase } from './bundle.ts';
export type { Installed, InstallOptions } from './install.ts';
export { type Pulled, type Pushed, pullDatabase, pushDatabase, type RegistryAccess } from './registry.ts';
