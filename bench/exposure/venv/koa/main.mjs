import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import Redis from 'ioredis';
import Koa from 'koa';
import pg from 'pg';
import pino from 'pino';
import { z } from 'zod';

const log = pino();
const pool = new pg.Pool({ host: '127.0.0.1', port: 1, connectionTimeoutMillis: 500 });
const redis = new Redis({ port: 1, lazyConnect: true, retryStrategy: null });
const Asked = z.object({ line: z.coerce.number().default(1) });
const router = new Router();
router.get('/', async (context) => {
  const asked = Asked.parse(context.query);
  const stores = await Promise.allSettled([pool.query('select 1'), redis.connect()]);
  log.info(stores.map(({ status }) => status));
  context.body = asked;
});
new Koa().use(bodyParser()).use(router.routes()).listen(Number(process.env.PORT), '127.0.0.1');
