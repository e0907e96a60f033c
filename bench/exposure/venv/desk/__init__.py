import logging

from flask import Flask


def create_app(config="desk.config.Production"):
    app = Flask(__name__)
    app.config.from_object(config)
    logging.basicConfig(level=logging.INFO)

    from . import views

    app.register_blueprint(views.page)
    return app
