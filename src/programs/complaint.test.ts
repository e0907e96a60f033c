import { expect, it } from 'vitest';
import { maskedComplaint, withoutColours } from './complaint.ts';

const environment = {
  TRIVY_TOKEN: 'trivy-token',
  AWS_SECRET_ACCESS_KEY: 'secret/key+1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  GOOGLE_APPLICATION_CREDENTIALS: '/home/me/key.json',
  REGISTRY_TOKEN_FILE: 'token-file-name',
  SHORT_TOKEN: 'true',
  GRYPE_REGISTRY_AUTH_PASSWORD: 'trivy-token-and-more',
  HOME: '/home/me',
};

it.each([
  ['invalid token trivy-token', 'invalid token ***'],
  // The longer one that begins with it is no half secret.
  ['refused: trivy-token-and-more', 'refused: ***'],
  ['signature of secret/key+1 by AKIDEXAMPLE', 'signature of *** by AKIDEXAMPLE'],
  [
    'cannot read /home/me/key.json named in token-file-name: true',
    'cannot read /home/me/key.json named in token-file-name: true',
  ],
  ['proxy http://me:pass@proxy.example:8080 refused', 'proxy http://***@proxy.example:8080 refused'],
  ['image team/model@sha256:aa at https://quay.io/v2/', 'image team/model@sha256:aa at https://quay.io/v2/'],
])('says %j as %j', (said, told) => {
  expect(maskedComplaint(said, environment)).toBe(told);
});

it('says in plain letters what a builder wrote in red', () => {
  expect(withoutColours('\u001b[91mERROR: No matching distribution found for flask==3.1.3\n\u001b[0mRemoving')).toBe(
    'ERROR: No matching distribution found for flask==3.1.3\nRemoving',
  );
  expect(withoutColours('\u001b[2K\u001b[1;31mfatal\u001b[m [91m')).toBe('fatal [91m');
});
