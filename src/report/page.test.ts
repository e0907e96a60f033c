import { expect, it } from 'vitest';
import { painter } from '../terminal/style.ts';
import { paragraph } from './page.ts';

it('line ends of a publisher (CVE-2024-5535 in NVD) are blanks in running text, other marks are shown as unreadable', () => {
  const text =
    'Calling SSL_select_next_proto with an\nempty buffer may cause a crash.\r\n\r\nImpact: a buffer\u001b[31m overread';
  const page = { width: 200, paint: painter(false), all: false };
  expect(paragraph(text, page, 2)).toEqual([
    '  Calling SSL_select_next_proto with an empty buffer may cause a crash. Impact: a buffer?[31m overread',
  ]);
});
