import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { juliaNames } from './julia.ts';

describe('what a text of Julia loads', () => {
  it('is what a module uses at its level, also over lines, and not what documentation and comments show', () => {
    const code = juliaNames(`#= using InComment
using InComment2 =#
"""
    using InDocumentation
"""
module Shape

using Area, Base.Threads,
    Statistics # using Behind
import Dates: now, Day
using .Inner
    if VERSION < v"1.9"
        using Compat
    end
late() = @eval Main using Lazy
function __init__()
    @require Plots="91a5bcdd-55d7-5caf-9e0b-520d859cae80" include("plots.jl")
end
end
`);
    expect(code.uses).toEqual(['Area', 'Base', 'Statistics', 'Dates']);
    expect(code.mentions).toEqual(['Compat', 'Lazy', 'Plots']);
  });

  it('is that of a module that is put in, too', () => {
    expect(juliaNames('module A\n    using B\n    f() = 1\nend\n')).toMatchObject({ uses: ['B'], mentions: [] });
    expect(juliaNames('f() = 1\n    using B\n')).toMatchObject({ uses: [], mentions: ['B'] });
  });

  it('is texts that it includes, libraries by their way, and programs between backticks', () => {
    const code = juliaNames(`include("a.jl")
include(joinpath(@__DIR__, "b", "c.jl"))
include(path)
const libz_path = joinpath(artifact_dir, "lib/libz.so.1")
run(\`git -C $folder status\`)
f() = read(\`$tool --version\`, String)
`);
    expect(code).toMatchObject({ sources: ['a.jl', 'b/c.jl'], libraries: ['lib/libz.so.1'] });
    expect(code.starts).toEqual([['git', '-C', null, 'status'], []]);
  });

  it('is told of a text of any size in proportion to it', () => {
    const told = juliaNames(`${'"""'.repeat(200_000)}\nusing A\n`);
    expect(told.uses.length + told.mentions.length).toBeLessThan(2);
  });
});

it('comments of many lines cost in proportion before quotes of which none begins a text of many lines', () => {
  const text = (size: number): string => `using A\n${'#='.repeat(size)}\n${'"$("'.repeat(size)}`;
  expect(growth((size) => juliaNames(text(size)), 20_000)).toBeLessThan(IN_PROPORTION);
});
