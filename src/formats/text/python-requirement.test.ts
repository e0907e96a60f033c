import { describe, expect, it } from 'vitest';
import { parseMarker } from './python-marker.ts';
import { parseRequirement } from './python-requirement.ts';

describe('Python requirements', () => {
  it('are read as wheels of real packages write them', () => {
    expect(parseRequirement('numpy (<1.24,>=1.22)')).toEqual({ name: 'numpy', extras: [], specifier: '<1.24,>=1.22' });
    expect(parseRequirement('requests[security,socks] >= 2.8.1 , == 2.8.* ; python_version < "2.7"')).toMatchObject({
      name: 'requests',
      extras: ['security', 'socks'],
      specifier: '>=2.8.1,==2.8.*',
      marker: { kind: 'compare', operator: '<' },
    });
    expect(parseRequirement('pip @ https://example.org/pip-1.3.1.zip ; sys_platform == "linux"')).toMatchObject({
      url: 'https://example.org/pip-1.3.1.zip',
      marker: { left: { variable: 'sys_platform' } },
    });
    expect(parseRequirement('nvidia-cublas-cu11 (==11.10.3.66) ; platform_system == "Linux"')?.specifier).toBe(
      '==11.10.3.66',
    );
  });

  it('are refused where they are malformed', () => {
    expect(['', '>=1', 'name 1.0', 'a ; python_version', 'a ; b == "c"', 'a[', 'a @'].map(parseRequirement)).toEqual(
      Array(7).fill(undefined),
    );
  });
});

describe('environment markers', () => {
  it('bind `and` closer than `or`, and parentheses closer than both', () => {
    expect(parseMarker('os_name == "a" or os_name == "b" and extra == "c"')).toMatchObject({
      kind: 'or',
      right: { kind: 'and' },
    });
    expect(parseMarker('(os_name == "a" or os_name == "b") and extra == "c"')).toMatchObject({
      kind: 'and',
      left: { kind: 'or' },
    });
    expect(parseMarker("'linux' in sys_platform and 'x' not in os.name")).toMatchObject({
      right: { operator: 'not in', right: { variable: 'os_name' } },
    });
  });

  it('do not recurse without end', () => {
    expect(parseMarker(`${'('.repeat(10_000)}os_name == "a"${')'.repeat(10_000)}`)).toBeUndefined();
  });
});
