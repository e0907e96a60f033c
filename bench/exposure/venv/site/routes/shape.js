import { z } from 'zod';

export default async function shape(app) {
  app.post('/shape', async (request) => z.object({ a: z.number() }).parse(request.body));
}
