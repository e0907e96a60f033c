import { userHome } from '../home.ts';
import type { Report } from '../model.ts';
import { createHttp } from '../network/http.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Brings the findings of a report into AWS Security Hub, in the account of the caller and the region of the image's registry, else of the
 * environment. Tells how many. Throws as AWS refuses: `unauthorized` names the permission.
 */
export async function sendToSecurityHub(report: Report, around: Surroundings): Promise<number> {
  const [{ asffFindings }, { ecrHost, importFindings, openAws, partitionOf }] = await Promise.all([
    import('../report/exchange/index.ts'),
    import('../sources/clouds/index.ts'),
  ]);
  const { environment, progress, signal } = around;
  const http = createHttp({ environment, progress, namedBy: 'user' });
  const task = progress.task('bringing findings into Security Hub');
  try {
    const world = { http, environment, home: userHome(environment), progress, signal };
    const own = ecrHost(report.subject.name.split('/', 1)[0] ?? '');
    const aws = await openAws(own?.region, world);
    // Security Hub takes findings of the caller's own account alone.
    const owner = { account: await aws.account(), region: aws.region, partition: partitionOf(aws.region) };
    const count = await importFindings(aws, asffFindings(report, owner));
    progress.say(`Security Hub has ${count} findings of this image (${owner.account}, ${owner.region})`);
    return count;
  } finally {
    task.done();
    await http.close();
  }
}
