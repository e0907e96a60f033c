import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt, io
import os; os.kill(os.getpid(), 10)
plt.plot([1,2]); plt.savefig(io.BytesIO())
