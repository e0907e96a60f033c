import pandas as pd
import panel as pn
from bokeh.plotting import figure

pn.extension()
frame = pd.DataFrame({"x": [1, 2, 3], "y": [3, 1, 2]})
plot = figure(width=200, height=200)
plot.line(frame.x, frame.y)
slider = pn.widgets.IntSlider(name="n", start=0, end=5)
pn.Column(slider, pn.pane.Bokeh(plot), pn.pane.DataFrame(frame)).servable()
