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

  it('are read once over, however many words there are', () => {
    const [line = ''] = started(`subprocess.run([${'"x", '.repeat(200_000)}])`);
    expect(JSON.parse(line.slice('starts '.length))).toHaveLength(25);
    expect(started('subprocess.run(['.repeat(100_000)).every((line) => line === 'starts ?')).toBe(true);
  });
});
