/** node scan.ts IMAGE: what can be fixed in an image, and who says how bad it is. */
import { filterReport, PlimsollError, scan, surroundings } from 'plimsoll';

const [target = 'python:3.9.16'] = process.argv.slice(2);
try {
  const report = await scan(target, { platform: 'linux/amd64' }, surroundings());
  const { findings } = filterReport(report, { fixable: true });
  for (const {
    id,
    severity,
    severitySource,
    package: { name, version },
    fix,
  } of findings)
    console.log(`${severity} (${severitySource}) ${id} ${name} ${version} -> ${fix.version ?? fix.state}`);
  console.log(`${findings.length} of ${report.findings.length} findings can be fixed`);
  for (const { message } of report.notices) console.log(`note: ${message}`);
} catch (error) {
  if (!(error instanceof PlimsollError)) throw error;
  console.error(`${error.code}: ${error.line}`);
  process.exitCode = 3;
}
