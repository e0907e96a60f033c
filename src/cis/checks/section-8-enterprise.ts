/** Section 8: Docker Enterprise, which nobody can install any more as the benchmark describes it. */
import { type Check, check, notApplicable } from '../check.ts';

const REASON =
  'Docker Enterprise (Universal Control Plane, Trusted Registry) was sold to Mirantis in 2019 and its API is no part of a Docker Engine: there is nothing here to ask';

const enterprise = (id: string, title: string, manual = false): Check =>
  check({
    id,
    title,
    level: 1,
    scoring: manual ? 'manual' : 'automated',
    looksAt: 'nothing',
    remediation: 'Where Mirantis Kubernetes Engine or Mirantis Secure Registry runs, check it by its own benchmark.',
    impact: 'None.',
    peer: 'Prints a note where a licence of Docker Enterprise is found, else nothing',
    run: () => notApplicable(REASON),
  });

/** Section 8 in order. */
export const enterpriseChecks: readonly Check[] = [
  enterprise('8.1.1', 'Universal Control Plane: LDAP authentication'),
  enterprise('8.1.2', 'Universal Control Plane: external certificates'),
  enterprise('8.1.3', 'Universal Control Plane: client bundles for ordinary users', true),
  enterprise('8.1.4', 'Universal Control Plane: role-based access', true),
  enterprise('8.1.5', 'Universal Control Plane: only signed images'),
  enterprise('8.1.6', 'Universal Control Plane: at most three sessions for each user'),
  enterprise('8.1.7', 'Universal Control Plane: life time of sessions'),
  enterprise('8.2.1', 'Trusted Registry: vulnerability scanning'),
];
