from flask import Blueprint, render_template_string

page = Blueprint("page", __name__)


@page.route("/")
def index():
    return render_template_string("<p>{{ 1 + 1 }}</p>")
