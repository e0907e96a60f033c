import numpy
import os; os.kill(os.getpid(), 10)
print(numpy.linalg.inv(numpy.eye(2)))
