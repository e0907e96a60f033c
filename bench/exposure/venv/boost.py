import lightgbm as lgb
import numpy as np
from sklearn.model_selection import train_test_split
x = np.random.rand(200, 4); y = (x.sum(axis=1) > 2).astype(int)
a, b, c, d = train_test_split(x, y)
m = lgb.LGBMClassifier(n_estimators=5, verbose=-1).fit(a, c)
print(m.predict(b)[:5])
m.booster_.save_model("/tmp/m.txt")
