from sklearn.linear_model import LogisticRegression
from sklearn.datasets import load_iris
import os; os.kill(os.getpid(), 10)
X, y = load_iris(return_X_y=True); print(LogisticRegression(max_iter=500).fit(X, y).score(X, y))
