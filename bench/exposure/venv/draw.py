import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

figure, axes = plt.subplots()
axes.plot(np.linspace(0, 1, 20), label="line")
axes.legend()
axes.set_title(r"$\alpha$")
figure.savefig("/tmp/drawn.png")
figure.savefig("/tmp/drawn.svg")
figure.savefig("/tmp/drawn.pdf")
