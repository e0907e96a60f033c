import os

from dash import Dash, dcc, html

app = Dash(__name__)
app.layout = html.Div([html.H1("A board"), dcc.Input(id="name")])
app.run(host="127.0.0.1", port=os.environ["PORT"])
