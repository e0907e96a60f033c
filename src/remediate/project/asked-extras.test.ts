import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../formats/text/index.ts';
import type { BuildFile } from '../files/index.ts';
import { askedExtras } from './index.ts';

const build = (dockerfile: string, files: Readonly<Record<string, string>> = {}) => ({
  dockerfile: parseDockerfile(dockerfile),
  files: Object.entries(files).map(
    ([path, text]): BuildFile => ({
      path,
      absolute: `/${path}`,
      text,
      kind: path.endsWith('.toml') ? 'project' : 'requirements',
    }),
  ),
});

describe('the extras that a build asks for', () => {
  it('stand in what pip is told, in whatever form, and in the files that it installs from', () => {
    const text =
      'FROM python:3.10\nRUN pip install --no-cache-dir "uvicorn[standard]==0.20" flask\nRUN ["python3", "-m", "pip", "install", "ray[serve]"]\nRUN <<EOF\nset -e\nuv pip install \'mlflow-skinny[databricks]>=2\'\nEOF\nRUN echo "dask[complete]" && pip list\n';
    const files = {
      'requirements.txt': 'celery[redis]==5.2.7  # broker\nrequests\n',
      'pyproject.toml': '[project]\nname = "x"\ndependencies = ["httpx[http2]>=0.23"]\n',
    };
    expect(askedExtras(build(text, files), undefined)).toEqual([
      'celery[redis]==5.2.7',
      'httpx[http2]>=0.23',
      'uvicorn[standard]==0.20',
      'ray[serve]',
      'mlflow-skinny[databricks]>=2',
    ]);
  });

  it('are told by the history where there is no Dockerfile', () => {
    const history = [
      { createdBy: "/bin/sh -c #(nop)  ENV PIP_OPTIONS='dask[complete]'", emptyLayer: true },
      { createdBy: '/bin/sh -c pip install ray[serve]==2.2.0 && rm -rf /root/.cache' },
    ];
    expect(askedExtras(undefined, { history } as never)).toEqual(['ray[serve]==2.2.0']);
    expect(askedExtras(undefined, undefined)).toEqual([]);
  });
});
