/** A report of the benchmark with a check of every result. */
export const BENCH = {
  schemaVersion: 1,
  tool: { name: 'plimsoll', version: '0.1.0' },
  benchmark: 'CIS Docker Benchmark 1.6.0',
  started: '2026-01-02T03:04:05Z',
  finished: '2026-01-02T03:04:06Z',
  target: 'my-model:1',
  sections: [
    {
      id: '4',
      title: 'Container Images and Build File',
      findings: (['pass', 'warn', 'info', 'note', 'not-applicable', 'could-not-read'] as const).map((result, at) => ({
        id: `4.${at + 1}`,
        title: 'Ensure that a user for the container has been created',
        level: 1 as const,
        scoring: 'automated' as const,
        looksAt: 'the configuration',
        result,
        summary: 'runs as root',
        items: [{ subject: 'my-model:1', detail: 'USER is not set' }],
        remediation: 'Add USER',
        impact: 'Files may need another owner',
      })),
    },
  ],
  counts: { pass: 1, warn: 1, info: 1, note: 1, 'not-applicable': 1, 'could-not-read': 1 },
  score: 0,
  notices: ['The Engine was not asked'],
} as const;
