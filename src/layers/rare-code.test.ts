import { describe, expect, it } from 'vitest';
import { imageWith, instruction } from '../../test/image.ts';
import { analyzers } from '../analyzers/index.ts';
import type { RunConfig } from '../model.ts';
import { rareCode } from './rare-code.ts';

/** Languages of which bodies are kept, though few images start them. */
function keptOf(run: RunConfig, history: readonly string[] = [], command?: string): string[] {
  const made = history.map(instruction);
  const isRare = rareCode(imageWith({ run }, ...made).subject, command);
  const kept = analyzers.filter((analyzer) => analyzer.rarely !== undefined && !isRare(analyzer));
  return kept.map(({ name }) => name.replace('code-', ''));
}

const NODE = ['javascript', 'package'];
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

describe('code that few images start', () => {
  // As the images of these names are configured that Docker publishes.
  it.each<[string, RunConfig, readonly string[]]>([
    ['node', { Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node'], Env: [PATH, 'NODE_VERSION=20.11.1'] }, NODE],
    ['perl', { Cmd: ['perl5.36.0', '-de0'], Env: [PATH] }, ['perl']],
    ['ruby', { Cmd: ['irb'], Env: [PATH, 'LANG=C.UTF-8', 'RUBY_VERSION=3.2.2'] }, ['ruby']],
    ['r-base', { Cmd: ['R'], Env: ['R_BASE_VERSION=4.3.1'] }, ['r']],
    ['julia', { Cmd: ['julia'], Env: ['JULIA_PATH=/usr/local/julia'] }, ['julia']],
  ])('is kept of an image that names what runs it: %s', (_, run, kept) => {
    expect(keptOf(run)).toEqual(kept);
  });

  it('is kept where only what made the layers tells of it, or the health check, or the command that is asked about', () => {
    const run = { Entrypoint: ['/start.sh'] };
    expect(keptOf(run)).toEqual([]);
    expect(keptOf(run, ['RUN apt-get install -y nodejs'])).toEqual(NODE);
    expect(keptOf(run, ['COPY Gemfile /srv/', 'RUN bundle install'])).toEqual(['ruby']);
    expect(keptOf({ ...run, Healthcheck: { Test: ['CMD', '/app/alive.mjs'] } })).toEqual(NODE);
    expect(keptOf(run, [], 'Rscript model.R')).toEqual(['r']);
  });

  it('is not kept of an image of Python, whose instructions have words like theirs', () => {
    const history = [
      'RUN /bin/sh -c apt-get install -y --no-install-recommends libbluetooth-dev tk-dev uuid-dev',
      'RUN chown -R app:app /srv/management && chmod -R a+rX /srv && ls -R',
      'COPY requirements.txt track.json /srv/',
    ];
    expect(keptOf({ Cmd: ['python3', '/srv/serve.py'], Env: [PATH, 'PYTHON_VERSION=3.11.4'] }, history)).toEqual([]);
  });

  it('is not kept for what labels say', () => {
    expect(keptOf({ Cmd: ['/srv'], Labels: { note: 'no node, no perl and no ruby' } })).toEqual([]);
  });

  it('is never kept of what is large as a rule: archives of Java', () => {
    expect(keptOf({ Cmd: ['java', '-jar', '/srv/app.jar'] })).toEqual([]);
  });
});
