import { expect, it } from 'vitest';
import { addBeside } from './add-beside.ts';
import { applyEdits } from './text-edit.ts';

const PIN = { name: 'urllib3', to: '2.7.0', comment: 'not used directly: clears CVE-2025-66418' };
const written = (text: string, kind: 'project' | 'environment', bringer = 'requests', pin: typeof PIN = PIN) => {
  const edit = addBeside(text, kind, new Set([bringer]), pin);
  return edit && applyEdits(text, [edit]);
};

it('names what a project does not declare beside whoever brings it, in the list or table where that one stands', () => {
  const inline = '[project]\nname = "x"\ndependencies = ["flask", "requests==2.25.1"]\n';
  expect(written(inline, 'project')).toBe(
    '[project]\nname = "x"\ndependencies = ["flask", "urllib3>=2.7.0", "requests==2.25.1"]\n',
  );
  const lines = "[dependency-groups]\r\ndev = [\r\n  'flask', # web\r\n  'requests', # http\r\n]\r\n";
  expect(written(lines, 'project')).toBe(
    "[dependency-groups]\r\ndev = [\r\n  'flask', # web\r\n  'urllib3>=2.7.0',  # not used directly: clears CVE-2025-66418\r\n  'requests', # http\r\n]\r\n",
  );
  const poetry = '[tool.poetry.dependencies]\npython = "^3.9"\nrequests = { version = "2.25.1", extras = ["socks"] }\n';
  expect(written(poetry, 'project')).toContain(
    'python = "^3.9"\nurllib3 = ">=2.7.0"  # not used directly: clears CVE-2025-66418\nrequests = {',
  );
  expect(written('[packages]\nrequests = "*"\n', 'project')).toMatch(/^\[packages\]\nurllib3 = ">=2.7.0" {2}#.*\nreq/);
  const conda = 'dependencies:\n  - python=3.9\n  - pip:\n      - "requests==2.25.1"\n';
  expect(written(conda, 'environment')).toContain('- pip:\n      - urllib3>=2.7.0  # not used');
});

it('writes an exact version where a newer one has findings, in the words of the file', () => {
  const exact = { ...PIN, exact: true } as const;
  expect(written('[project]\nname = "x"\ndependencies = ["requests"]\n', 'project', 'requests', exact)).toContain(
    '"urllib3==2.7.0", "requests"',
  );
  expect(written('[tool.poetry.dependencies]\nrequests = "2"\n', 'project', 'requests', exact)).toContain(
    'urllib3 = "2.7.0"',
  );
});

it('writes nothing where nobody who brings it is declared, or beside what it would become another thing', () => {
  expect(written('[project]\nname = "x"\ndependencies = ["flask"]\n', 'project')).toBeUndefined();
  // A table of its own: one line more there would be a key of that dependency.
  expect(written('[tool.poetry.dependencies.requests]\nversion = "2.25.1"\n', 'project')).toBeUndefined();
  expect(written('[project]\nname = "x"\ndependencies = ["""requests"""]\n', 'project')).toBeUndefined();
  expect(written('dependencies: [{pip: [requests]}]\n', 'environment')).toBeUndefined();
  expect(written('dependencies:\n  - requests=2.25.1\n', 'environment')).toBeUndefined();
});
