import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../../test/exposure.ts';

const GEMS = 'usr/local/bundle';
const FILES = {
  'usr/local/bin/ruby': program(),
  'usr/local/lib/ruby/3.1.0/rubygems.rb': "require_relative 'rubygems/errors'\n",
  'usr/local/lib/ruby/3.1.0/rubygems/errors.rb': '\n',
  'usr/local/lib/ruby/3.1.0/json.rb': "require 'json/common'\n",
  'usr/local/lib/ruby/3.1.0/json/common.rb': '\n',
  'usr/local/lib/ruby/3.1.0/x86_64-linux/json/ext/parser.so': library('parser.so', ['libm.so.6']),
  'usr/lib/x86_64-linux-gnu/libm.so.6': library('libm.so.6'),
  'usr/local/lib/ruby/3.1.0/never.rb': '\n',
  [`${GEMS}/gems/rack-2.2.4/lib/rack.rb`]: "module Rack\n  autoload :Lint, 'rack/lint'\nend\n",
  [`${GEMS}/gems/rack-2.2.4/lib/rack/lint.rb`]: '\n',
  [`${GEMS}/gems/puma-6.0.0/lib/puma/cli.rb`]: "require 'puma/puma_http11'\n",
  [`${GEMS}/extensions/x86_64-linux/3.1.0/puma-6.0.0/puma/puma_http11.so`]: library('puma_http11.so'),
  [`${GEMS}/gems/puma-6.0.0/bin/puma`]: "#!/usr/bin/env ruby\nrequire 'puma/cli'\n",
  [`${GEMS}/bin/puma`]:
    "#!/usr/bin/env ruby\nrequire 'rubygems'\nload Gem.activate_bin_path('puma', 'puma', version)\n",
};
const rubyFiles = /\.(?:rb|ru)|\/puma|parser\.so|libm/;

describe('Ruby', () => {
  it('leads from its start and its script to features, to compiled ones, and to those of gems', async () => {
    const report = await exposed(
      { ...FILES, 'srv/job.rb': "#!/usr/bin/env ruby\nrequire 'json'\nrequire 'rack'\n" },
      { Cmd: ['/srv/job.rb'], Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'GEM_HOME=/usr/local/bundle'] },
    );
    expect(reachedOf(report, rubyFiles)).toEqual([
      'srv/job.rb: loaded',
      'usr/lib/x86_64-linux-gnu/libm.so.6: importable',
      `${GEMS}/gems/rack-2.2.4/lib/rack.rb: loaded`,
      `${GEMS}/gems/rack-2.2.4/lib/rack/lint.rb: importable`,
      'usr/local/lib/ruby/3.1.0/json.rb: loaded',
      'usr/local/lib/ruby/3.1.0/json/common.rb: loaded',
      'usr/local/lib/ruby/3.1.0/rubygems.rb: loaded',
      'usr/local/lib/ruby/3.1.0/rubygems/errors.rb: loaded',
      'usr/local/lib/ruby/3.1.0/x86_64-linux/json/ext/parser.so: importable',
    ]);
    expect(report.start.notes.join('\n')).toContain('/usr/local/lib/ruby: what else lies there is unknown');
  });

  it('finds what Rails loads by constants, and gems that have a folder of lib on the path', async () => {
    const rails = `${GEMS}/gems/actionpack-6.1.7/lib`;
    const files = {
      ...FILES,
      [`${rails}/action_controller.rb`]:
        'module ActionController\n  autoload_under "metal" do\n    autoload :UrlFor\n  end\nend\n',
      [`${rails}/action_controller/metal/url_for.rb`]: "require 'concurrent/map'\n",
      [`${rails}/action_controller/other.rb`]: '',
      [`${GEMS}/gems/concurrent-ruby-1.1.6/lib/concurrent-ruby/concurrent/map.rb`]: '',
      'srv/go.rb': "require 'action_controller'\n",
    };
    const report = await exposed(files, { Cmd: ['ruby', '/srv/go.rb'], Env: ['GEM_HOME=/usr/local/bundle'] });
    expect(reachedOf(report, /actionpack|concurrent/)).toEqual([
      `${rails}/action_controller.rb: loaded`,
      `${rails}/action_controller/metal/url_for.rb: importable`,
      `${GEMS}/gems/concurrent-ruby-1.1.6/lib/concurrent-ruby/concurrent/map.rb: importable`,
    ]);
  });

  it('runs the application that a server is told', async () => {
    const report = await exposed(
      { ...FILES, 'srv/shop/config.ru': "require 'json'\n" },
      {
        Cmd: ['puma', '-b', 'tcp://0.0.0.0:80', 'shop/config.ru'],
        WorkingDir: '/srv',
        Env: [`PATH=/${GEMS}/bin:/usr/local/bin:/usr/bin:/bin`, 'GEM_HOME=/usr/local/bundle'],
      },
    );
    expect(reachedOf(report, /^srv|json\.rb/)).toEqual([
      'srv/shop/config.ru: loaded',
      'usr/local/lib/ruby/3.1.0/json.rb: loaded',
    ]);
  });

  it('runs the program of a gem with the application beside it', async () => {
    const report = await exposed(
      { ...FILES, 'srv/config.ru': "require 'rack'\nrequire_relative 'app'\n", 'srv/app.rb': "require 'json'\n" },
      {
        Cmd: ['puma'],
        WorkingDir: '/srv',
        Env: [`PATH=/${GEMS}/bin:/usr/local/bin:/usr/bin:/bin`, 'GEM_HOME=/usr/local/bundle'],
      },
    );
    const loaded = reachedOf(report, /: loaded$/).map((line) => line.replace(': loaded', ''));
    expect(loaded).toEqual(
      expect.arrayContaining([
        'srv/config.ru',
        'srv/app.rb',
        `${GEMS}/gems/puma-6.0.0/bin/puma`,
        `${GEMS}/gems/puma-6.0.0/lib/puma/cli.rb`,
        `${GEMS}/extensions/x86_64-linux/3.1.0/puma-6.0.0/puma/puma_http11.so`,
        'usr/local/lib/ruby/3.1.0/json.rb',
      ]),
    );
  });

  it('is no farther within a gem than the gem is: a server that Rack finds by its name, in its own', async () => {
    const GEMS = 'usr/share/rubygems-integration/all/gems';
    const files = {
      'usr/bin/ruby3.1': program(),
      [`${GEMS}/shop-1.0/lib/shop.rb`]: "autoload :Rack, 'rack'\n",
      [`${GEMS}/rack-2.2/lib/rack.rb`]: "def get\n  try_require('rack/handler', server)\nend\n",
      [`${GEMS}/puma-5.6/lib/rack/handler/puma.rb`]: "def run\n  require 'puma/server'\n  require 'never'\nend\n",
      [`${GEMS}/puma-5.6/lib/puma/server.rb`]: "require 'nio'\n",
      [`${GEMS}/nio-2.5/lib/nio.rb`]: '',
      [`${GEMS}/never-1.0/lib/never.rb`]: '',
      'srv/shop.rb': "require 'shop'\n",
    };
    const report = await exposed(files, { Cmd: ['ruby3.1', '/srv/shop.rb'] });
    expect(reachedOf(report, /\/gems\//).map((line) => line.replace(`${GEMS}/`, ''))).toEqual([
      'nio-2.5/lib/nio.rb: importable',
      'puma-5.6/lib/puma/server.rb: importable',
      'puma-5.6/lib/rack/handler/puma.rb: importable',
      'rack-2.2/lib/rack.rb: importable',
      'shop-1.0/lib/shop.rb: loaded',
    ]);
  });
});
