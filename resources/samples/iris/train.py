"""Trains the iris model anew; needs scikit-learn.

    python train.py training.csv
"""

import csv
import pickle
import sys

try:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
except ImportError:
    sys.exit("this script needs scikit-learn: upload a requirements file that names it (file_kind env)")

with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
labels = [row.pop("species") for row in rows]
columns = [[float(value) for value in row.values()] for row in rows]

model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
print("metric accuracy=%.4f" % cross_val_score(model, columns, labels, cv=5).mean())
model.fit(columns, labels)
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
