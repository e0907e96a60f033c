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
`);
    expect(code).toEqual({
      requires: ['./config/environment'],
      mentions: ['rack/handler/*'],
      folders: ['./lib', 'vendor'],
      program: ['puma', 'puma'],
    });
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
});
