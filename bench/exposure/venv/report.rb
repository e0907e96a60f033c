#!/usr/bin/env ruby
require 'json'
require 'csv'
require 'erb'
puts JSON.generate(CSV.parse("a,b\n1,2")), ERB.new('<%= 1 %>').result
