import { describe, expect, it } from 'vitest';
import { rubyNames } from './ruby.ts';

describe('what a text of Ruby loads', () => {
  it('is what it requires at its own level; in methods and under conditions it need not', () => {
    // As rubygems.rb, rack.rb and psych.rb write it.
    const code = rubyNames(`# require 'comment'
require 'rbconfig'
require_relative "rubygems/errors"
begin
  require 'rubygems/defaults/operating_system'
rescue LoadError
end
require 'pathname' unless defined?(Pathname)
module Gem
  autoload :Dependency, File.join(__dir__, "rubygems/dependency.rb")
  autoload :Version, 'rubygems/version'
  def self.load_yaml
    require 'psych'
    raise 'none' if failed
  end
  require 'rubygems/after'
end
if RUBY_ENGINE == 'jruby'
  require 'jar-dependencies'
end
`);
    expect(code.requires).toEqual([
      'rbconfig',
      './rubygems/errors',
      'rubygems/defaults/operating_system',
      'rubygems/after',
    ]);
    expect(code.mentions).toEqual([
      'pathname',
      './rubygems/dependency.rb',
      'rubygems/version',
      'psych',
      'jar-dependencies',
    ]);
  });

  it('may be told by the beginning of a name, and by where the file is', () => {
    const code = rubyNames(`$LOAD_PATH.unshift File.expand_path('../lib', __FILE__)
$:.unshift 'vendor'
require File.expand_path('../config/environment', __FILE__)
require "rack/handler/#{name}"
require "#{anything}/x"
load Gem.activate_bin_path('puma', 'puma', version)
Dir.glob(File.expand_path("core_ext/*.rb", __dir__)).sort.each do |path|
Dir[File.expand_path('../tasks/*.rb', __FILE__)].each { |path| require path }
Dir.glob("/etc/*.rb")
`);
    expect(code).toMatchObject({
      requires: ['./config/environment'],
      mentions: ['rack/handler/*', './core_ext/*', './tasks/*'],
      folders: ['./lib', 'vendor'],
      program: ['puma', 'puma'],
    });
  });

  it('is found by constants as Rails does it, in folders that are called as the file is', () => {
    // As action_controller.rb and action_view.rb of Rails 6.1 write it.
    const code = rubyNames(`module ActionController
  extend ActiveSupport::Autoload
  autoload :API
  eager_autoload do
    autoload :Caching
  end

  autoload_under "metal" do
    eager_autoload do
      autoload :Live
    end

    autoload :UrlFor
    autoload :HTTPToken2Cache
  end

  autoload_at "action_view/template/error" do
    autoload :MissingTemplate
  end
  autoload :TestCase, "action_controller/test_case"
end
`);
    expect(code.mentions).toEqual([
      '~/api',
      '~/caching',
      '~/metal/live',
      '~/metal/url_for',
      '~/metal/http_token2_cache',
      'action_view/template/error',
      '~/missing_template',
      'action_controller/test_case',
    ]);
  });

  it('is no documentation, no text that goes on over lines, and nothing behind the end', () => {
    const code = rubyNames(`=begin
require 'documented'
=end
puts <<~TEXT
  require 'text'
TEXT
list <<item
require 'real'
__END__
require 'behind'
`);
    expect(code.requires).toEqual(['real']);
  });

  it('is any feature in a folder that is given apart from its name', () => {
    // Rack's handler.rb, as Debian 12 has it: a server is found by its name, in whatever gem.
    const code = rubyNames(`module Rack
  module Handler
    def self.get(server)
      load_error = try_require('rack/handler', server)
    end
    def self.other(name)
      require(::File.join("shop/parts", name))
      autoload :CGI, "rack/handler/cgi"
    end
  end
end
`);
    expect(code.mentions).toEqual(['rack/handler/*', 'shop/parts/*', 'rack/handler/cgi']);
  });
});
