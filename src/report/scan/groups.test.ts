import { expect, it } from 'vitest';
import { deb, finding } from '../../../test/report.ts';
import { titleLine } from './groups.ts';

// As NVD and GitHub have them.
it.each([
  [
    'CVE-2017-3736',
    'There is a carry propagating bug in the x86_64 Montgomery squaring procedure in OpenSSL before 1.0.2m. No EC algorithms are affected.',
    /^There is a carry propagating bug/,
  ],
  [
    'CVE-2017-9937',
    'In LibTIFF 4.0.8, there is a memory malloc failure in tif_jbig.c. A crafted TIFF document can lead to an abort.',
    /^In LibTIFF 4\.0\.8, there is a memory malloc failure/,
  ],
  [
    'CVE-2024-8088',
    'There is a HIGH severity vulnerability affecting the CPython "zipfile"\nmodule affecting "zipfile.Path". Note that the more common API "zipfile.ZipFile" class is unaffected.',
    /^There is a HIGH severity vulnerability affecting the CPython "zipfile" module affecting "zipfile\.Path"\.$/,
  ],
  [
    'CVE-2024-6923',
    'There is a MEDIUM severity vulnerability affecting CPython.\n\nThe email module did not properly quote newlines for email headers.',
    /^The email module did not properly quote/,
  ],
  [
    'CVE-2026-59199',
    'Pillow is a Python imaging library. Prior to 12.3.0, public image coordinate APIs can trigger a write.',
    /^Prior to 12\.3\.0/,
  ],
  [
    'CVE-2023-43804',
    'urllib3 is a user-friendly HTTP client library for Python. urllib3 does not treat the `Cookie` HTTP header special. However, a user may leak it.',
    /^urllib3 does not treat the `Cookie` HTTP header special\.$/,
  ],
  ['CVE-2099-0001', 'Pillow is a Python imaging library.', /^Pillow is a Python imaging library\.$/],
])('%s is called by the first sentence that says more than what the package is', (id, description, title) => {
  expect(titleLine({ ...finding(id, deb('x', '1'), 'HIGH'), description })).toMatch(title);
});

it('a title of several lines is one line', () => {
  expect(titleLine({ ...finding('CVE-2099-0001', deb('x', '1'), 'HIGH'), title: ' Heap overflow\n in x' })).toBe(
    'Heap overflow in x',
  );
});
