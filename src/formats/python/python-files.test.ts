import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { pythonImports } from './index.ts';

const told = (text: string): readonly string[] =>
  pythonImports(Buffer.from(text))
    .split('\n')
    .filter((line) => /^(?:script|main|runs)\b/.test(line));

describe('files that Python runs', () => {
  it.each([
    ['runpy.run_path("/srv/job.py")', '/srv/job.py'],
    ['runpy.run_path("jobs/job.py", run_name="__main__")', './jobs/job.py'],
    ['run_path(path_name="job.py")', './job.py'],
    ['run_path(os.path.join("jobs", "job.py"))', './jobs/job.py'],
    ['run_path(os.path.join(os.path.dirname(__file__), "jobs", "job.py"))', '*jobs/job.py'],
    ['run_path(str(Path(__file__).resolve().parent / "job.py"))', '*job.py'],
    ['run_path(HERE + "/job.py")', '*job.py'],
    ['run_path("app.pyz")', './app.pyz'],
    ['exec(open("settings.py").read())', './settings.py'],
    ['exec(compile(open("/etc/app/conf.py", "rb").read(), "conf.py", "exec"))', '/etc/app/conf.py'],
    ['exec(Path("conf.py").read_text(encoding="utf-8"), globals())', './conf.py'],
    ['exec((HERE / "conf.py").read_text())', '*conf.py'],
    ['execfile("a.py")', './a.py'],
  ])('are told where they are constants: %s', (call, file) => {
    expect(told(call)).toEqual([`script ${file}`]);
  });

  it.each([
    'run_path(sys.argv[1])',
    'run_path(f"jobs/{name}.py")',
    'run_path("jobs/%s.py" % name)',
    'run_path("jobs/" + name)',
    'run_path(os.path.join("jobs", name))',
    'run_path(name + ".py")',
    'exec(open(path).read())',
  ])('are worked out: %s', (call) => {
    expect(told(call)).toEqual(['script ?']);
  });

  it.each([
    ['spec_from_file_location("conf", "/etc/conf.py")', '/etc/conf.py'],
    ['SourceFileLoader(name, os.path.join(HERE, "conf.py")).load_module()', '*conf.py'],
    ['imp.load_source("conf", path)', '?'],
  ])('are modules where a loader is given them: %s', (call, file) => {
    expect(told(call)).toContain(`script ${file} module`);
  });

  it('are modules that run as programs, by their names', () => {
    expect(told('runpy.run_module("shop.worker", run_name="__main__")')).toEqual(['main shop.worker']);
    expect(pythonImports(Buffer.from('runpy.run_module(name)'))).toContain('call ?');
  });

  it('are none where text is run that is no file', () => {
    expect(told('exec(text)')).toEqual(['runs']);
    expect(told('exec(open)')).toEqual(['runs']);
  });

  it('are read in time in line with the length of the text', () => {
    for (const piece of ['run_path(', 'exec(open("a" / ', 'spec_from_file_location(a, "b" + ', 'run_path("a" "b" '])
      expect(growth((size) => pythonImports(Buffer.from(piece.repeat(size))), 4_000)).toBeLessThan(IN_PROPORTION);
  });
});
