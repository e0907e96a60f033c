import { describe, expect, it } from 'vitest';
import { pythonImports } from './index.ts';

const started = (text: string): string[] =>
  pythonImports(Buffer.from(text))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^(?:starts|finds) /.test(line));

describe('programs that a Python file starts', () => {
  it.each<[string, string[]]>([
    ['subprocess.run(["git", "--version"], check=True)', ['starts ["git","--version"]']],
    ['subprocess.check_output(\n    (\n "git", # why\n "log"))', ['starts ["git",null]']],
    ["subprocess.Popen(args=['convert', path, 'x.png'])", ['starts ["convert",null]']],
    ['subprocess.call(["git"] + more)', ['starts ["git",null]']],
    ['subprocess.run([sys.executable, "-m", "pip"])', ['starts ["sys.executable","-m","pip"]']],
    ['subprocess.run("ls -l | wc", shell=True)', ['starts "ls -l | wc"']],
    ['subprocess.run("lscpu --parse=core".split(), text=True)', ['starts ["lscpu","--parse=core"]']],
    ['subprocess.run(f"lscpu {a}".split())\nsubprocess.run("a".split(b))', ['starts ?', 'starts ?']],
    ['os.system("convert a b")', ['starts "convert a b"']],
    ['os.system(f"convert {a}")', ['starts ?']],
    ['os.execvp("node", ["node", "x.js"])', ['starts ["node",null]']],
    ['await asyncio.create_subprocess_exec("git", "log", *more)', ['starts ["git","log",null]']],
    ['from subprocess import run\nrun(["git"])\nself.run(["x"])', ['starts ["git"]']],
    ['from subprocess import run as go\ngo(["git"])', ['starts ?']],
    ['import subprocess as other\nother.run(["git"])', ['starts ?']],
    ['run(["git"])\ncall(x)\nwhich(x)', []],
    ['shutil.which("ffmpeg")', ['finds ffmpeg']],
    ['subprocess.run(command)\nsubprocess.run([command, "x"])', ['starts ?', 'starts ?']],
    ['def Popen(self): pass\n"subprocess.run([1])"', []],
    ['subprocess.run(["a\\tb"])', ['starts ?']],
    ['subprocess.run([', ['starts ?']],
  ])('are told by how they are called: %j', (text, lines) => {
    expect(started(text)).toEqual(lines);
  });

  it.each([
    'import os as o\no.system("idle")',
    'import os\nos.spawnlp(os.P_WAIT, "idle", "idle")',
    'import os.path\nos.spawnvp(os.P_WAIT, "idle", ["idle"])',
    'from os import *\nspawnlp(0, "idle", "idle")',
    'from os import spawnlp\nspawnlp(0, "idle", "idle")',
    'from os import posix_spawn as p\np("/usr/bin/idle", [], {})',
    'import os\ngetattr(os, name)("idle")',
    'import os\nf = os.system\nf("idle")',
    '__import__("os").system("idle")',
    'import subprocess\nrun = subprocess.run\nrun(["idle"])',
    'import subprocess\nsubprocess.run(["git"])\nrun = subprocess.run',
    'from subprocess import getoutput as g\ng("idle")',
    'from subprocess import (\n  PIPE,\n  run,\n)\nf(run)',
    'import subprocess\nsubprocess.Popen(["x"], executable="/usr/bin/idle")',
    'import subprocess\nclass C(subprocess.Popen):\n  pass',
    'import subprocess\ngetattr(subprocess, "run")(["idle"])',
    'import subprocess\nsubprocess . run(["idle"])',
    'import subprocess\nsubprocess\\\n.run(["idle"])',
    'import functools, subprocess\ngo = functools.partial(subprocess.run)',
    'import subprocess\nCALLS = {"a": subprocess.run}',
    'from asyncio import create_subprocess_exec as c\nc("idle")',
    'async def f(loop):\n  await loop.subprocess_exec(P, "idle")',
    'from pty import spawn\nspawn("idle")',
    'import _posixsubprocess\n_posixsubprocess.fork_exec(["idle"])',
    'import pexpect\npexpect.spawn("idle")',
    'from sh import idle\nidle()',
    'import sys, plumbum',
    'try: import subprocess\nexcept E: pass\nx(subprocess)',
  ])('may be any where what starts them is used otherwise than by a call: %j', (text) => {
    expect(started(text)).toContain('starts ?');
  });

  it.each([
    'import subprocess\ntry:\n  subprocess.run(["git"], stdout=subprocess.PIPE)\nexcept subprocess.CalledProcessError: pass',
    'import os, sys\nos.environ["system"] = "subprocess.run"\nos.path.join(x) # os.system\nif hasattr(os, "fork"): pass',
    'import subprocess as sp\nsp.check_output(["git"])\n"""\nsubprocess.x\n"""',
    'from subprocess import run, PIPE\ndef f(self, run=None):\n  run(["git"], x=PIPE)\nself.run(y)',
    'import subprocess\ndef f(x) -> subprocess.Popen:\n  isinstance(x, subprocess.Popen)\n  p: subprocess.Popen = subprocess.Popen(["git"])',
    'import asyncio\nasync def f():\n  await asyncio.create_subprocess_exec("git", stdout=asyncio.subprocess.PIPE)',
    'import platform\nplatform.system()\nself.invoke(x)\nimport shutil, shlex',
  ])('are those that are named where each use is a call: %j', (text) => {
    expect(started(text)).not.toContain('starts ?');
  });

  it('are looked for once over, however often a word is there', () => {
    for (const part of [
      'import subprocess\n',
      'from subprocess import (',
      "executable subprocess '''",
      'subprocess .   \\\n',
    ])
      expect(started(part.repeat(20_000)).length).toBeLessThan(2);
  });

  it('are read once over, however many words there are', () => {
    const [line = ''] = started(`subprocess.run([${'"x", '.repeat(200_000)}])`);
    expect(JSON.parse(line.slice('starts '.length))).toHaveLength(25);
    expect(started('subprocess.run(['.repeat(100_000)).every((line) => line === 'starts ?')).toBe(true);
  });
});
