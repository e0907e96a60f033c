import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const LIB = 'usr/lib/python3.11';
const files = {
  'usr/bin/python3.11': program(),
  [`${LIB}/os.py`]: '',
  [`${LIB}/site.py`]: '',
  [`${LIB}/runpy.py`]: 'def run_path(p): run_path(p)\n',
  'srv/jobs/job.py': 'import helper\nif __name__ == "__main__":\n    import late\n',
  'srv/app/helper.py': '',
  'srv/app/late.py': '',
  'srv/app/shop/__init__.py': '',
  'srv/app/shop/__main__.py': 'import helper\n',
  'srv/node_modules/left/package.json': '{"name":"left","version":"1.0.0"}',
  'srv/node_modules/left/index.js': '',
};

async function run(source: string) {
  const made = { ...files, 'srv/app/main.py': source };
  const exposure = await exposed(made, { Cmd: ['python3.11', 'app/main.py'], WorkingDir: '/srv' });
  return {
    lines: reachedOf(exposure, /^srv\/(?!app\/main)/),
    notes: exposure.start.notes,
    left: exposure.packages.find(({ name }) => name === 'left')?.exposure?.class,
  };
}
const JOB = ['srv/app/helper.py: loaded', 'srv/app/late.py: loaded', 'srv/jobs/job.py: loaded'];

describe('files that the program runs', () => {
  it.each([
    'import runpy\nrunpy.run_path("/srv/jobs/job.py", run_name="__main__")',
    'import runpy\nrunpy.run_path("jobs/job.py")',
    'import runpy, os\nrunpy.run_path(os.path.join(os.path.dirname(__file__), "..", "jobs", "job.py"))',
    'from runpy import run_path\nfrom pathlib import Path\nrun_path(str(Path(__file__).parents[1] / "jobs" / "job.py"))',
    'exec(open("/srv/jobs/job.py").read())',
    'exec(compile(open("jobs/job.py").read(), "jobs/job.py", "exec"))',
  ])('are followed where they are told: %j', async (source) => {
    const { lines, notes, left } = await run(source);
    expect(lines).toEqual(JOB);
    expect(notes).toEqual([]);
    expect(left).toBe('present');
  });

  it('may be run where a function runs them, and are modules where a loader is given them', async () => {
    const later = await run('import runpy\ndef f():\n    runpy.run_path("jobs/job.py")');
    expect(later.lines).toEqual(JOB.map((line) => line.replace('loaded', 'importable')));
    const module = await run(
      'from importlib.util import spec_from_file_location\nspec_from_file_location("job", "jobs/job.py")',
    );
    expect(module.lines).toEqual(['srv/app/helper.py: loaded', 'srv/jobs/job.py: loaded']);
  });

  it('are those of packages that are run as programs', async () => {
    const { lines, notes } = await run('import runpy\nrunpy.run_module("shop", run_name="__main__")');
    expect(lines).toEqual([
      'srv/app/helper.py: loaded',
      'srv/app/shop/__init__.py: loaded',
      'srv/app/shop/__main__.py: loaded',
    ]);
    expect(notes).toEqual([]);
  });

  it('may be any where they are worked out, and may do anything', async () => {
    const sure = await run('import runpy, sys\nrunpy.run_path(sys.argv[1])');
    expect(sure.notes).toContain('/srv/app/main.py: runs files whose names are worked out when it runs');
    expect(sure.left).toBe('unknown');
    const later = await run('import runpy\ndef f(path):\n    exec(open(path).read())');
    expect(later.left).toBe('callable');
  });

  it('make all unknown where they are told and the image does not have them', async () => {
    const { notes, left } = await run('import runpy\nrunpy.run_path("/data/job.py")');
    expect(notes).toContain('/srv/app/main.py: /data/job.py is run, and is not there');
    expect(left).toBe('unknown');
  });
});
