import { expect, it } from 'vitest';
import { facts } from '../../../test/facts.ts';
import { releaseFiles } from './release-files.ts';

it.each([
  ['etc/alpine-release', '3.7.1\n', { id: 'alpine', versionId: '3.7.1' }],
  ['etc/debian_version', '11.7\n', { id: 'debian', versionId: '11', codename: 'bullseye' }],
  [
    'etc/redhat-release',
    'Red Hat Enterprise Linux release 8.8 (Ootpa)\n',
    { id: 'rhel', versionId: '8.8', codename: 'Ootpa' },
  ],
  ['etc/redhat-release', 'CentOS Linux release 7.9.2009 (Core)\n', { id: 'centos', versionId: '7.9.2009' }],
  ['etc/centos-release', 'CentOS Stream release 9\n', { id: 'centos', versionId: '9', name: 'CentOS Stream 9' }],
  ['etc/redhat-release', 'CentOS release 6.10 (Final)\n', { id: 'centos', versionId: '6.10' }],
  ['etc/redhat-release', 'Rocky Linux release 9.2 (Blue Onyx)\n', { id: 'rocky', versionId: '9.2' }],
  ['etc/redhat-release', 'AlmaLinux release 8.8 (Sapphire Caracal)\n', { id: 'almalinux', versionId: '8.8' }],
  ['etc/oracle-release', 'Oracle Linux Server release 8.8\n', { id: 'ol', versionId: '8.8' }],
  ['etc/system-release', 'Amazon Linux release 2 (Karoo)\n', { id: 'amzn', versionId: '2' }],
  ['etc/system-release', 'Amazon Linux AMI release 2018.03\n', { id: 'amzn', versionId: '2018.03' }],
  ['etc/photon-release', 'VMware Photon OS 4.0\nPHOTON_BUILD_NUMBER=c6e8e8f\n', { id: 'photon', versionId: '4.0' }],
])('%s: %j', (path, content, expected) => {
  expect(facts(releaseFiles, path, content)).toMatchObject([{ kind: 'os', ...expected }]);
});

it('testing has no number, and nonsense names no system', () => {
  expect(facts(releaseFiles, 'etc/debian_version', 'bookworm/sid\n')).toEqual([]);
  expect(facts(releaseFiles, 'etc/redhat-release', 'Linux 99 (honk)\n')).toEqual([]);
});
