import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LIMITS } from '../../limits.ts';
import { PACKED_FROM } from './schema.ts';

/**
 * What the packed texts have most in common, the most frequent last: deflate finds it without having to learn it.
 * It is part of the schema: a change makes older files unreadable.
 */
const DICTIONARY = Buffer.from(
  '["https://github.com/https://www.https://nvd.nist.gov/vuln/detail/https://bugzilla.redhat.com/show_bug.cgi?id=' +
    'remote attackers to execute arbitrary code allows denial of service vulnerability in the before ' +
    'not yet assigned"],"Minor issue"ubuntu","needed","priority","medium"],"low"],"high"],"urgency",' +
    '.el8_.module_el8.el9_.redhat-1.fc0ubuntu0.20.04.1ubuntu0.22.04.+deb10u1"+deb11u1"+deb12u1"' +
    'AV:L/AC:L/Au:N/C:P/I:P/A:P",7.5],["nvd","AV:N/AC:M/Au:N/C:N/I:P/A:N",4.3],["nvd","CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",' +
    '["cisa-adp","CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",6.1],["nvd","CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",9.8]],' +
    '"debian",1,[[0,"1."]],0,[["debian",0,"urgency","not yet assigned"]]],["ghsa",1,[["0","2."]]],["pysec",1,[["0",[[0,"' +
    'T00:00:00Z",0,"2019-2020-2021-2022-2023-2024-2025-2026-["GHSA-["PYSEC-202["CVE-2014-["CVE-2015-["CVE-2016-["CVE-2017-["CVE-2018-["CVE-2019-["CVE-2020-["CVE-2021-["CVE-2022-["CVE-2023-["CVE-2024-["CVE-2025-',
);

/** Text as it is stored: deflated with the dictionary, or as it is where that is no shorter. */
export function pack(text: string, level = 6): Buffer | string {
  if (text.length < PACKED_FROM) return text;
  return deflateRawSync(text, { dictionary: DICTIONARY, level, memLevel: 9 });
}

/** The reverse. Throws when the bytes are damaged. */
export function unpack(data: unknown): string {
  return typeof data === 'string' ? data : unpackBytes(data).toString('utf8');
}

/** The same as UTF-8: who looks for one line in it need not make a text of all. */
export function unpackBytes(data: unknown): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (!Buffer.isBuffer(data)) throw new Error('neither text nor bytes where packed data belongs');
  return inflateRawSync(data, { dictionary: DICTIONARY, maxOutputLength: LIMITS.feedRecordBytes * 4 });
}
