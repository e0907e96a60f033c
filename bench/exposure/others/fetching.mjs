import { createServer } from 'node:http';
import chalk from 'chalk';
import got from 'got';
import PQueue from 'p-queue';

const server = createServer((_, answer) => answer.end('here')).listen(0, async () => {
  const queue = new PQueue({ concurrency: 1 });
  console.log(chalk.green(await queue.add(() => got(`http://127.0.0.1:${server.address().port}/`).text())));
  server.close();
});
