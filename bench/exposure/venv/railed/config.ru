require "action_controller/railtie"

class Shop < Rails::Application
  config.root = __dir__
  config.eager_load = false
  config.secret_key_base = "a line"
  config.logger = Logger.new($stdout)
  config.hosts.clear
  routes.append { root to: "lines#index" }
end

class LinesController < ActionController::Base
  def index
    render inline: "<p><%= params[:line] || 1 %></p>"
  end
end

Shop.initialize!
run Shop
