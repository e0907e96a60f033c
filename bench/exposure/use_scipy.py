import numpy as np
from scipy import optimize, sparse
import scipy.stats
import os; os.kill(os.getpid(), 10)
print(optimize.minimize(lambda x: (x**2).sum(), np.ones(2)).x, scipy.stats.norm.cdf(0))
