import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { perlNames } from './perl.ts';
import { rNames } from './r.ts';
import { rubyNames } from './ruby.ts';
import type { StartedPrograms } from './started.ts';

/** Starts at the level of a text, and what it may start besides. */
const perl = (text: string) => pick(perlNames(text));
const ruby = (text: string) => pick(rubyNames(text));
const r = (text: string) => pick(rNames(text, false));
const pick = ({ starts, calls }: StartedPrograms): StartedPrograms => ({ starts, calls });

describe('programs that a text of Perl starts', () => {
  it.each([
    ['system("git", "clone", $url);', ['git', 'clone', null]],
    ["system 'tar', '-xf', 'a.tar';", ['tar', '-xf', 'a.tar']],
    ['my $out = `uname -a`;', ['uname', '-a']],
    ['my $out = qx{git log | head};', 'git log | head'],
    ['exec qw(nginx -g daemon);', ['nginx', '-g', 'daemon']],
    ["open(my $in, '-|', 'zcat', $file) or die;", ['zcat', null]],
    ['open(PIPE, "ps aux |");', ['ps', 'aux']],
    ['open my $mail, "| sendmail -t";', ['sendmail', '-t']],
    ["my $pid = open3($in, $out, $err, 'bc', '-l');", ['bc', '-l']],
    ['system("convert $from -resize 10 $to");', ['convert', null]],
    ['system($command);', []],
    ['system("$bin/tool");', []],
    ['system("git " . $what);', ['git', null]],
  ])('%s', (line, words) => {
    expect(perl(line)).toEqual({ starts: [words], calls: [] });
  });

  it('are called in functions and under conditions', () => {
    const text = 'sub go {\n  system("git", "pull");\n}\nsystem("wall") if $loud;\n-e $x or system("mkfifo", $x);\n';
    expect(perl(text)).toEqual({ starts: [], calls: [['git', 'pull'], ['wall'], ['mkfifo', null]] });
  });

  it.each([
    'print "the system (old) will exec \'rm\' now";',
    'open(my $fh, "<", "a|b.txt") or die;',
    'open(FH, "file.txt");',
    '$dbh->system("x"); $h{exec}; my %h = (system => "x");',
    'sub system { }',
    '# system("x")',
    'open($fh, "-|");',
  ])('are none: %s', (line) => {
    expect(perl(line)).toEqual({ starts: [], calls: [] });
  });
});

describe('programs that a text of Ruby starts', () => {
  it.each([
    ['system("git", "clone", url)', ['git', 'clone', null]],
    ['system({ "A" => "b" }, "make", "-j4", exception: true)', ['make', '-j4']],
    ['system "make -j4", out: File::NULL', ['make', '-j4']],
    ['out = `git rev-parse #{ref}`', ['git', 'rev-parse', null]],
    ['%x(convert a.png b.jpg)', ['convert', 'a.png', 'b.jpg']],
    ['exec(*%w[bundle exec puma])', ['bundle', 'exec', 'puma']],
    ['IO.popen(["ls", "-l"]) { |io| io.read }', ['ls', '-l']],
    ['IO.popen("sort -u", "r+")', ['sort', '-u']],
    ['out, status = Open3.capture2e("ffmpeg", "-i", file)', ['ffmpeg', '-i', null]],
    ['pid = Process.spawn("redis-server --port 1 > log")', 'redis-server --port 1 > log'],
    ['open("| date")', ['date']],
    ['system command', []],
  ])('%s', (line, words) => {
    expect(ruby(line)).toEqual({ starts: [words], calls: [] });
  });

  it('are called in methods and under conditions', () => {
    expect(ruby('def go\n  system("git", "pull")\nend\nsystem("wall") if loud\n')).toEqual({
      starts: [],
      calls: [['git', 'pull'], ['wall']],
    });
  });

  it.each(['db.exec("select 1")', 'puts "we exec (now)"', 'open("a.txt")', 'def system(x)', 'return system if x'])(
    'are none: %s',
    (line) => {
      expect(ruby(line)).toEqual({ starts: [], calls: [] });
    },
  );
});

describe('programs that a text of R starts', () => {
  it.each([
    ['x <- system("ls -l", intern = TRUE)', ['ls', '-l']],
    ['system2("pandoc", c("-o", out))', ['pandoc', null]],
    ['system2(command = "git", args = "status")', ['git']],
    ['con <- pipe("cut -f1 x.tsv | sort")', 'cut -f1 x.tsv | sort'],
    ['processx::run("quarto", c("render", f))', ['quarto', null]],
    ['system(paste("rm", f))', []],
  ])('%s', (line, words) => {
    expect(r(line)).toEqual({ starts: [words], calls: [] });
  });

  it.each(['x$system("ls")', 'my.system("ls")', '# system("ls")', 'print("system(1)")'])('are none: %s', (line) => {
    expect(r(line)).toEqual({ starts: [], calls: [] });
  });
});

it('takes time that grows with the text, whatever stands in it', () => {
  for (const piece of ['system("', "open(my $f, '-|', ", '`', '`a` ', 'qx{ ', 'system( \\', '%w[', 'open3(a,', '"#{'])
    for (const read of [perlNames, rubyNames, (text: string) => rNames(text, false)])
      for (const between of ['', '\n'])
        expect(growth((size) => read((piece + between).repeat(size)), 4_000)).toBeLessThan(IN_PROPORTION);
});
