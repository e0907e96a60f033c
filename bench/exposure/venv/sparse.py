import numpy as np
import xgboost
from sklearn.metrics import accuracy_score

rows = np.random.default_rng(0).random((200, 4))
labels = (rows[:, 0] > 0.5).astype(int)
model = xgboost.XGBClassifier(n_estimators=5).fit(rows, labels)
print(accuracy_score(labels, model.predict(rows)))
