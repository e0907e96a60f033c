import pandas as pd
import seaborn as sns
import statsmodels.api as sm
import statsmodels.formula.api as smf
import numpy as np

table = pd.DataFrame({"x": np.arange(40.0), "y": np.arange(40.0) * 2 + np.random.rand(40), "k": ["a", "b"] * 20})
print(smf.ols("y ~ x + C(k)", table).fit().summary())
print(sm.tsa.ARIMA(table["y"], order=(1, 0, 0)).fit().params)
sns.set_theme()
sns.lmplot(data=table, x="x", y="y", hue="k").savefig("/tmp/moods.png")
