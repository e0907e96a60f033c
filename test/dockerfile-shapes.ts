// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are Dockerfile syntax
/**
 * Ways in which Dockerfiles install Python packages, each with the lines that a plan changes: requests 2.25.1 becomes 2.32.4 and idna,
 * which nobody declares, 3.7. The quick suite looks at the lines; the end-to-end suite builds what comes of it.
 */
export interface Shape {
  readonly name: string;
  readonly dockerfile: string;
  /** Files of the build besides. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stage?: string;
  readonly arguments?: Readonly<Record<string, string>>;
  /** The line of the Dockerfile that brought the packages. */
  readonly by: number;
  /** `file:line` where a declaration changes, or a RUN comes. */
  readonly places: readonly string[];
  /** Lines that are there afterwards and were not before, in their order. */
  readonly fresh: readonly string[];
  /** The upgrade is of packages of the system. */
  readonly os?: true;
}

const shape = (shape: Shape): Shape => shape;
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

/** What is put behind an instruction where nobody declares a package. */
const RUN_IDNA = 'RUN pip install --no-cache-dir idna==3.7';
const WHY_IDNA = '# upgrade idna: clears CVE-2024-3651';
const IDNA_LINE = 'idna==3.7  # not used directly: clears CVE-2024-3651';
const APT = ['RUN apt-get update && apt-get install -y --only-upgrade openssl'];

export const SHAPES: readonly Shape[] = [
  shape({
    name: 'words of pip install over several lines, with comments between them',
    dockerfile: lines(
      'FROM base',
      'RUN pip install \\',
      '    # HTTP',
      '    requests==2.25.1 \\',
      '    flask',
      'CMD ["sh"]',
    ),
    by: 2,
    places: ['Dockerfile:4', 'Dockerfile:6'],
    fresh: ['    requests==2.32.4 \\', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'requirements with COPY in between',
    dockerfile: lines(
      'FROM base',
      'WORKDIR /srv',
      'COPY requirements.txt ./',
      'RUN pip install -r requirements.txt',
      'COPY . .',
      'CMD ["sh"]',
    ),
    files: { 'requirements.txt': lines('requests==2.25.1', 'flask'), 'app.py': 'x\n' },
    by: 4,
    places: ['requirements.txt:1', 'requirements.txt:3'],
    fresh: ['requests==2.32.4', IDNA_LINE],
  }),
  shape({
    name: 'several stages, the virtual environment copied from the first',
    dockerfile: lines(
      'FROM base AS build',
      'RUN pip install requests==2.25.1 && mkdir -p /opt/venv && cp /installed /opt/venv/installed',
      'FROM base',
      'COPY --from=build /opt/venv /opt/venv',
      'RUN cat /opt/venv/installed >> /installed',
    ),
    by: 4,
    places: ['Dockerfile:2', 'Dockerfile:5'],
    fresh: [
      'RUN pip install requests==2.32.4 && mkdir -p /opt/venv && cp /installed /opt/venv/installed',
      WHY_IDNA,
      RUN_IDNA,
    ],
  }),
  shape({
    name: 'a target that is not the last stage',
    dockerfile: lines(
      'FROM base AS common',
      'RUN pip install requests==2.25.1',
      'FROM common AS service',
      'RUN touch /service',
      'FROM common AS test',
      'RUN exit 1',
    ),
    stage: 'service',
    by: 2,
    places: ['Dockerfile:2', 'Dockerfile:3'],
    fresh: ['RUN pip install requests==2.32.4', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'the base as an argument, and a version as another',
    dockerfile: lines('ARG BASE=none', 'FROM $BASE', 'ARG REQUESTS=2.25.1', 'RUN pip install "requests==${REQUESTS}"'),
    arguments: { BASE: 'base' },
    by: 4,
    places: ['Dockerfile:3', 'Dockerfile:5'],
    fresh: ['ARG REQUESTS=2.32.4', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'a here-document, with another behind it',
    dockerfile: lines(
      'FROM base',
      'RUN <<EOF',
      'set -e',
      'pip install requests==2.25.1',
      'EOF',
      'COPY <<"NOTE" /note',
      'requests==2.25.1',
      'NOTE',
    ),
    by: 2,
    places: ['Dockerfile:4', 'Dockerfile:6'],
    fresh: ['pip install requests==2.32.4', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'a here-document whose tabs are dropped',
    dockerfile: lines(
      'FROM base',
      'RUN <<-EOF',
      '\tset -e',
      '\tpip install requests==2.25.1 \\',
      '\t    flask',
      '\tEOF',
    ),
    by: 2,
    places: ['Dockerfile:4', 'Dockerfile:7'],
    fresh: ['\tpip install requests==2.32.4 \\', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'lists that COPY takes from here-documents, and another that nobody installs from',
    dockerfile: lines(
      'FROM base',
      'COPY <<requirements.txt <<constraints.txt /srv/',
      'requests # HTTP',
      'requirements.txt',
      'requests==2.25.1',
      'constraints.txt',
      'COPY <<EOF /srv/other/notes.txt',
      'requests==2.25.1',
      'EOF',
      'RUN pip install -r /srv/requirements.txt -c /srv/constraints.txt',
    ),
    by: 10,
    places: ['Dockerfile:3', 'Dockerfile:5', 'Dockerfile:11'],
    fresh: ['requests>=2.32.4 # HTTP', 'requests==2.32.4', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'a list that the shell writes from a here-document',
    dockerfile: lines(
      'FROM base',
      'RUN cat > /tmp/list.txt <<-"END" && pip install -r /tmp/list.txt',
      '\trequests==2.25.1',
      '\tEND',
    ),
    by: 2,
    places: ['Dockerfile:3', 'Dockerfile:5'],
    fresh: ['\trequests==2.32.4', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'a cache mounted for pip',
    dockerfile: lines(
      'FROM base',
      'RUN --mount=type=cache,target=/root/.cache/pip \\',
      '    pip install requests==2.25.1',
    ),
    by: 2,
    places: ['Dockerfile:3', 'Dockerfile:4'],
    fresh: ['    pip install requests==2.32.4', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'requirements that are mounted and never copied',
    dockerfile: lines(
      'FROM base',
      'RUN --mount=type=bind,source=deps/req.txt,target=/tmp/req.txt pip install -r /tmp/req.txt',
    ),
    files: { 'deps/req.txt': lines('requests~=2.25.1') },
    by: 2,
    places: ['deps/req.txt:1', 'deps/req.txt:2'],
    fresh: ['requests~=2.32.4', IDNA_LINE],
  }),
  shape({
    name: 'a trigger for other builds, which is left alone',
    dockerfile: lines('FROM base', 'ONBUILD RUN pip install requests==2.25.1', 'RUN pip install requests==2.25.1'),
    by: 3,
    places: ['Dockerfile:3', 'Dockerfile:4'],
    fresh: ['RUN pip install requests==2.32.4', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'another shell, in the form of a list',
    dockerfile: lines('FROM base', 'SHELL ["/bin/sh", "-e", "-c"]', 'RUN ["pip", "install", "requests==2.25.1"]'),
    by: 3,
    places: ['Dockerfile:3', 'Dockerfile:4'],
    fresh: ['RUN ["pip", "install", "requests==2.32.4"]', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'a SHELL that is no shell, behind what brought the package',
    dockerfile: lines(
      'FROM base',
      'COPY requirements.txt /srv/',
      'RUN pip install requests==2.25.1',
      'SHELL ["/bin/only", "hello"]',
      'RUN there',
    ),
    files: { 'requirements.txt': '' },
    by: 5,
    places: ['Dockerfile:3', 'Dockerfile:6'],
    fresh: [
      'RUN pip install requests==2.32.4',
      WHY_IDNA,
      'RUN ["/bin/sh", "-c", "pip install --no-cache-dir idna==3.7"]',
    ],
  }),
  shape({
    name: 'conda env create from a file with a pip list',
    dockerfile: lines(
      'FROM base',
      'WORKDIR /srv',
      'COPY environment.yml .',
      'RUN conda env create -n app -f environment.yml',
    ),
    files: {
      'environment.yml': lines('dependencies:', '  - python=3.9', '  - pip:', '      - requests==2.25.1  # HTTP'),
    },
    by: 4,
    places: ['environment.yml:4', 'Dockerfile:5'],
    fresh: [WHY_IDNA, RUN_IDNA, '      - requests==2.32.4  # HTTP'],
  }),
  shape({
    name: 'a user before pip',
    dockerfile: lines('FROM base', 'USER app', 'RUN pip install --user requests==2.25.1', 'CMD ["sh"]'),
    by: 3,
    places: ['Dockerfile:3', 'Dockerfile:4'],
    fresh: ['RUN pip install --user requests==2.32.4', WHY_IDNA, 'USER root', RUN_IDNA],
  }),
  shape({
    name: 'poetry',
    dockerfile: lines('FROM base', 'WORKDIR /srv', 'COPY pyproject.toml .', 'RUN poetry install --no-root'),
    files: { 'pyproject.toml': lines('[tool.poetry.dependencies]', 'python = "^3.9"', 'requests = "2.25.1"  # HTTP') },
    by: 4,
    places: ['pyproject.toml:3', 'Dockerfile:5'],
    fresh: [WHY_IDNA, RUN_IDNA, 'requests = "2.32.4"  # HTTP'],
  }),
  shape({
    name: 'uv sync, and a group',
    dockerfile: lines('FROM base', 'WORKDIR /srv', 'COPY pyproject.toml .', 'RUN uv sync --no-dev'),
    files: {
      'pyproject.toml': lines(
        '[project]',
        'dependencies = ["requests>=2.25,<3"]',
        '[dependency-groups]',
        'web = ["requests==2.25.1"]',
      ),
    },
    by: 4,
    places: ['pyproject.toml:2', 'pyproject.toml:4', 'Dockerfile:5'],
    fresh: [WHY_IDNA, RUN_IDNA, 'dependencies = ["requests>=2.32.4,<3"]', 'web = ["requests==2.32.4"]'],
  }),
  shape({
    name: 'pdm, and uv pip install',
    dockerfile: lines(
      'FROM base',
      'WORKDIR /srv',
      'COPY pyproject.toml .',
      'RUN pdm install && uv pip install --system requests==2.25.1',
    ),
    files: { 'pyproject.toml': lines('[project]', 'dependencies = [', '  "requests == 2.25.1",', ']') },
    by: 4,
    places: ['Dockerfile:4', 'pyproject.toml:3', 'Dockerfile:5'],
    fresh: ['RUN pdm install && uv pip install --system requests==2.32.4', WHY_IDNA, RUN_IDNA, '  "requests==2.32.4",'],
  }),
  shape({
    name: 'packages of apt with pinned versions',
    dockerfile: lines(
      'FROM base',
      'RUN apt-get update && apt-get install -y openssl=1.1.1n-0+deb11u3 \\',
      '  && rm -rf /var/lib/apt/lists/*',
      'CMD ["sh"]',
    ),
    by: 2,
    os: true,
    places: ['Dockerfile:4'],
    fresh: ['# upgrade 1 OS package: clears CVE-2024-3651', ...APT],
  }),
  shape({
    name: 'a constraints file',
    dockerfile: lines('FROM base', 'COPY *.txt /srv/', 'RUN pip install -c /srv/constraints.txt flask requests'),
    files: { 'constraints.txt': lines('requests==2.25.1') },
    by: 3,
    places: ['constraints.txt:1', 'constraints.txt:2'],
    fresh: ['requests==2.32.4', IDNA_LINE],
  }),
  shape({
    name: 'a backtick that continues lines',
    dockerfile: lines('# escape=`', 'FROM base', 'RUN pip install `', '    requests==2.25.1 `', '    flask'),
    by: 3,
    places: ['Dockerfile:4', 'Dockerfile:6'],
    fresh: ['    requests==2.32.4 `', WHY_IDNA, RUN_IDNA],
  }),
  shape({
    name: 'lines that end as on Windows, and no line end at the end',
    dockerfile: 'FROM base\r\nRUN pip install requests==2.25.1 \\\r\n  flask',
    by: 2,
    places: ['Dockerfile:2', 'Dockerfile:3'],
    fresh: ['RUN pip install requests==2.32.4 \\', WHY_IDNA, RUN_IDNA],
  }),
];
