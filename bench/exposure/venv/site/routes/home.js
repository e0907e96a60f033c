export default async function home(app) {
  app.get('/', async () => {
    const { marked } = await import('marked');
    return marked.parse('# here');
  });
}
