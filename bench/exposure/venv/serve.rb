#!/usr/bin/env ruby
require 'sinatra'
require 'nokogiri'
require 'yaml'
set :port, ENV['PORT']
set :bind, '127.0.0.1'
get '/' do
  content_type 'text/yaml'
  YAML.dump('title' => Nokogiri::HTML('<title>a</title>').at('title').text)
end
