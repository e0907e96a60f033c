import os

import joblib
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main():
    x, y = make_classification(n_samples=60, random_state=0)
    model = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=3))
    search = GridSearchCV(model, {"randomforestclassifier__max_depth": [1, 2]}, cv=2, n_jobs=2)
    search.fit(x, y)
    joblib.dump(search.best_estimator_, "/tmp/forest.joblib")
    print(joblib.load("/tmp/forest.joblib").predict(x[:2]), os.getpid())


if __name__ == "__main__":
    main()
