import { readdir } from 'node:fs/promises';
import statics from '@fastify/static';
import Fastify from 'fastify';
import { nanoid } from 'nanoid';
import { port } from '#settings';

const app = Fastify({ genReqId: () => nanoid() });
app.register(statics, { root: import.meta.dirname ?? new URL('.', import.meta.url).pathname, prefix: '/files/' });
for (const file of await readdir(new URL('./routes/', import.meta.url))) {
  const { default: route } = await import(`./routes/${file}`);
  app.register(route);
}
await app.listen({ port, host: '127.0.0.1' });
