import numpy as np
import optuna
from catboost import CatBoostClassifier

x = np.random.rand(100, 3)
y = (x.sum(axis=1) > 1.5).astype(int)


def score(trial):
    model = CatBoostClassifier(iterations=trial.suggest_int("iterations", 2, 4), verbose=False, allow_writing_files=False, train_dir="/tmp/cat").fit(x, y)
    return model.score(x, y)


study = optuna.create_study(direction="maximize", storage="sqlite:////tmp/study.db")
study.optimize(score, n_trials=2)
print(study.best_params, optuna.importance.get_param_importances(study) if len({t.value for t in study.trials}) > 1 else None)
