export { type Account, parseAccounts, parseGroups } from './accounts.ts';
export { auditRuleFor, readAuditRules } from './audit.ts';
export { containerdSockets, dataRoot, engineFreshness, isPodman, isRootless } from './daemon.ts';
export { type DaemonConfiguration, readDaemon, type Setting } from './dockerd.ts';
export { type Host, type HostFile, openHost } from './host.ts';
export { mountOf, readListeners, readMounts } from './system.ts';
export { unitPath } from './units.ts';
