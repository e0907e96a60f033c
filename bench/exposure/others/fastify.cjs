const app = require('fastify')({ logger: true });
app.get('/', async () => ({ here: true }));
app.listen({ port: Number(process.env.PORT) });
