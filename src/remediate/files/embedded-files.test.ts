import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../formats/text/index.ts';
import { embeddedAt, embeddedFiles } from './embedded-files.ts';

const paths = (text: string): string[] =>
  embeddedFiles(parseDockerfile(`FROM a\n${text}\nx\nEOF\n`)).map(({ path }) => path);

describe('files that a Dockerfile holds', () => {
  it.each([
    ['COPY <<EOF /srv/list.txt', '/srv/list.txt'],
    ['COPY --chmod=644 <<"EOF" /srv/', '/srv/EOF'],
    ['ADD <<-EOF list.txt', 'list.txt'],
    ['RUN cat > /srv/list.txt <<EOF', '/srv/list.txt'],
    ["RUN mkdir x && cat <<'EOF' >> x/list.txt && pip install -r x/list.txt", 'x/list.txt'],
    ['RUN tee list.txt <<EOF >/dev/null', '/dev/null'],
    ['RUN cat <<EOF | tee -a list.txt', 'list.txt'],
    ['RUN cat >"/srv/a list.txt" <<EOF', '/srv/a list.txt'],
  ])('%s: %s', (instruction, path) => {
    expect(paths(instruction)).toEqual([path]);
  });

  it('are none where a program reads it, or the name is a variable', () => {
    for (const instruction of ['RUN <<EOF', 'RUN python3 <<EOF', 'RUN cat > $LIST <<EOF'])
      expect(paths(instruction)).toEqual([]);
  });

  it('are meant by their whole path, or by their name where one of the two is relative', () => {
    const files = embeddedFiles(
      parseDockerfile('FROM a\nCOPY <<EOF /a/list.txt\nx\nEOF\nCOPY <<EOF /b/list.txt\ny\nEOF\n'),
    );
    expect(embeddedAt(files, '/b/list.txt')?.text).toBe('y');
    expect(embeddedAt(files, 'list.txt')?.text).toBe('x');
    expect(embeddedAt(files, '/c/list.txt')).toBeUndefined();
    expect(embeddedAt(files, '/a/other.txt')).toBeUndefined();
  });
});
