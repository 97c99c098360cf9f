"""Grows a forest, writes it as JSON to the path given, then times shap's TreeExplainer for each line on stdin."""
import json
import sys
import time

import numpy as np
import shap
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

kind, path = sys.argv[1:3]
rng = np.random.default_rng(1)
x = rng.normal(size=(4000, 20)).astype(np.float32).astype(float)
y = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + x[:, 3:8].sum(axis=1) + rng.normal(size=4000) * 0.3
if kind == "boosted":
    model = GradientBoostingRegressor(n_estimators=100, max_depth=6, subsample=0.7, random_state=1).fit(x, y)
    trees, share = model.estimators_[:, 0], model.learning_rate
    base = float(model.init_.constant_[0, 0])
else:
    model = RandomForestRegressor(n_estimators=30, random_state=1, n_jobs=1).fit(x, y)
    trees, share, base = model.estimators_, 1 / 30, 0.0
records = x[: 200 if kind == "boosted" else 20]
background = x[-100:]
nodes, roots = [], []
for each in trees:
    tree, first = each.tree_, len(nodes)
    roots.append(first)
    for node in range(tree.node_count):
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        weight = float(tree.value[node, 0, 0]) * share
        cover = float(tree.weighted_n_node_samples[node])
        split = [int(tree.feature[node]), float(tree.threshold[node]), first + left, first + right]
        nodes.append([*(split if left >= 0 else [-1, 0, -1, -1]), cover, weight])
explainers = {
    "path-dependent": shap.TreeExplainer(model, feature_perturbation="tree_path_dependent"),
    "interventional": shap.TreeExplainer(model, background, feature_perturbation="interventional"),
}
told = {"nodes": nodes, "roots": roots, "base": base, "records": records.tolist(), "background": background.tolist()}
told["values"] = {name: explainer.shap_values(records[:5], check_additivity=False).tolist() for name, explainer in explainers.items()}
with open(path, "w") as file:
    json.dump(told, file)
print(f"shap {shap.__version__}", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    explainers[line.strip()].shap_values(records, check_additivity=False)
    print((time.perf_counter() - started) * 1000, flush=True)
