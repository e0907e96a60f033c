/** Every check in the benchmark's order, and the groups by which Docker Bench Security's users name them. */
import type { Check } from '../check.ts';
import { communityChecks } from './community.ts';
import { machineLearningChecks } from './machine-learning.ts';
import { hostChecks } from './section-1-host.ts';
import { daemonChecks } from './section-2-daemon.ts';
import { fileChecks } from './section-3-files.ts';
import { imageChecks } from './section-4-images.ts';
import { runtimeChecks } from './section-5-runtime.ts';
import { operationChecks } from './section-6-operations.ts';
import { swarmChecks } from './section-7-swarm.ts';
import { enterpriseChecks } from './section-8-enterprise.ts';

/** A section of the report. */
interface Section {
  /** `1` to `8`, `C`, `P`. */
  readonly id: string;
  readonly title: string;
  /** The name Docker Bench Security gives the group. */
  readonly group: string;
  readonly checks: readonly Check[];
}

/** All sections in order. A new check is one value in its section's file. */
export const sections: readonly Section[] = [
  { id: '1', title: 'Host Configuration', group: 'host_configuration', checks: hostChecks },
  { id: '2', title: 'Docker daemon configuration', group: 'docker_daemon_configuration', checks: daemonChecks },
  { id: '3', title: 'Docker daemon configuration files', group: 'docker_daemon_files', checks: fileChecks },
  { id: '4', title: 'Container Images and Build File', group: 'container_images', checks: imageChecks },
  { id: '5', title: 'Container Runtime', group: 'container_runtime', checks: runtimeChecks },
  { id: '6', title: 'Docker Security Operations', group: 'docker_security_operations', checks: operationChecks },
  { id: '7', title: 'Docker Swarm Configuration', group: 'docker_swarm_configuration', checks: swarmChecks },
  {
    id: '8',
    title: 'Docker Enterprise Configuration',
    group: 'docker_enterprise_configuration',
    checks: enterpriseChecks,
  },
  { id: 'C', title: 'Community contributed checks', group: 'community_checks', checks: communityChecks },
  { id: 'P', title: 'Machine learning', group: 'machine_learning', checks: machineLearningChecks },
];

/** Every check in order. */
export const checks: readonly Check[] = sections.flatMap((section) => section.checks);
