"""Trains the three sample models and writes their data, deterministically.

    python train.py

Rewrites, beside this file: fraud/, iris/, diabetes/ (model.onnx, training.csv,
live/fresh.csv, live/drifted.csv), samples.json and metrics.json. Stops with an
error when an ONNX file disagrees with scikit-learn or a sample misbehaves.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    log_loss,
    mean_absolute_error,
    precision_score,
    r2_score,
    recall_score,
    root_mean_squared_error,
    roc_auc_score,
)
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

HERE = Path(__file__).parent
OPSETS = {"": 21, "ai.onnx.ml": 3}

FRAUD_FEATURES = ["amount", "merchant_id", "hour"]
IRIS_FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
# scikit-learn calls the last six s1..s6; these are the abbreviations of its own description.
DIABETES_FEATURES = ["age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu"]

FRAUD_TRAINING_ROWS = 5000
FRAUD_HELD_OUT_ROWS = 5000
LIVE_ROWS = 400

# Share of the day's payments by hour: quiet night, peaks at noon and early evening.
HOUR_WEIGHTS = np.array([8, 5, 4, 3, 3, 5, 12, 25, 38, 48, 55, 62, 68, 62, 55, 52, 55, 62, 70, 66, 52, 38, 24, 14])
NIGHT_HOURS = np.array([23, 0, 1, 2, 3, 4, 5])
MERCHANT_COUNT = 200
# Merchant numbers 141-160 stand for travel, 161-180 for electronics, 181-200 for gift cards.
MERCHANT_RISK = [(180, 2.6), (160, 1.5), (140, 0.7)]
# Chosen so that about 4 % of the payments are fraudulent.
BASE_LOG_ODDS = -5.2


def simulate_payments(rows: int, seed: int) -> pd.DataFrame:
    """Payments with the label drawn from a known log-odds formula; see README.md."""
    rng = np.random.default_rng(seed)
    # Small merchant numbers are the busiest: a long tail, as shops have.
    merchant = np.minimum(1 + np.floor(MERCHANT_COUNT * rng.beta(0.9, 1.4, rows)), MERCHANT_COUNT).astype(int)
    hour = rng.choice(24, size=rows, p=HOUR_WEIGHTS / HOUR_WEIGHTS.sum())
    amount = np.round(np.clip(rng.lognormal(mean=3.6, sigma=1.0, size=rows), 0.5, 5000), 2)
    risk = np.zeros(rows)
    for above, value in reversed(MERCHANT_RISK):
        risk = np.where(merchant > above, value, risk)
    night = np.isin(hour, NIGHT_HOURS)
    log_odds = BASE_LOG_ODDS + 1.9 * np.log(amount / 36.6) + risk + 2.4 * night + 1.2 * (night & (amount > 150))
    is_fraud = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return pd.DataFrame({"amount": amount, "merchant_id": merchant, "hour": hour, "is_fraud": is_fraud})


def drift_payments(payments: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Amounts times 2.2 and half of the payments moved into the night; merchants untouched."""
    rng = np.random.default_rng(seed)
    drifted = payments.copy()
    drifted["amount"] = np.round(np.minimum(drifted["amount"] * 2.2, 5000), 2)
    moved = rng.random(len(drifted)) < 0.5
    drifted.loc[moved, "hour"] = rng.choice(NIGHT_HOURS, size=int(moved.sum()))
    return drifted


def convert(model, features: list[str], name: str) -> bytes:
    """One float32 tensor [rows, features] in; skl2onnx's default outputs, ZipMap included."""
    proto = convert_sklearn(
        model,
        name=name,
        initial_types=[("float_input", FloatTensorType([None, len(features)]))],
        target_opset=OPSETS,
    )
    # skl2onnx may list one domain twice; the specification wants it once.
    opsets = {entry.domain: entry.version for entry in proto.opset_import}
    del proto.opset_import[:]
    proto.opset_import.extend(onnx.helper.make_opsetid(domain, version) for domain, version in opsets.items())
    onnx.checker.check_model(proto)
    return proto.SerializeToString(deterministic=True)


def compare_with_sklearn(model_bytes: bytes, model, x: np.ndarray) -> dict:
    """Largest difference between onnxruntime and scikit-learn over the rows of x."""
    session = ort.InferenceSession(model_bytes, providers=["CPUExecutionProvider"])
    outputs = session.run(None, {"float_input": x.astype(np.float32)})
    if not hasattr(model, "predict_proba"):
        difference = float(np.abs(outputs[0].ravel() - model.predict(x)).max())
        return {"rows": len(x), "max_difference": difference}
    expected = model.predict_proba(x)
    actual = np.array([[row[c] for c in model.classes_] for row in outputs[1]])
    wrong = int((np.asarray(outputs[0]) != model.predict(x)).sum())
    return {"rows": len(x), "max_difference": float(np.abs(actual - expected).max()), "label_differences": wrong}


def compute_psi(reference: pd.Series, current: pd.Series) -> float:
    """Population stability index over the reference deciles, +0.5 on every count."""
    edges = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
    bins = len(edges) + 1
    counts = [np.bincount(np.searchsorted(edges, s, side="left"), minlength=bins) + 0.5 for s in (reference, current)]
    p, q = (c / c.sum() for c in counts)
    return float(((q - p) * np.log(q / p)).sum())


def to_json(value, indent: int = 0) -> str:
    """JSON in the repository's formatting: objects expanded, short lists of plain values on one line."""
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        body = ",\n".join(f"{pad}{json.dumps(k)}: {to_json(v, indent + 2)}" for k, v in value.items())
        return "{\n" + body + "\n" + " " * indent + "}"
    if isinstance(value, list) and any(isinstance(v, dict) for v in value):
        return "[\n" + ",\n".join(pad + to_json(v, indent + 2) for v in value) + "\n" + " " * indent + "]"
    # Python writes 2e-07, the formatter wants 2e-7.
    return re.sub(r"e-0(?=\d$)", "e-", json.dumps(value)) if isinstance(value, float) else json.dumps(value)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")


def round_all(metrics: dict) -> dict:
    return {name: round(float(value), 4) for name, value in metrics.items()}


def publish(sample: dict, model, frames: dict[str, pd.DataFrame], extra_rows: pd.DataFrame | None = None) -> dict:
    """Writes one sample's files and returns what was measured about them."""
    folder, features = HERE / sample["folder"], sample["features"]
    training, fresh, drifted = frames["training"], frames["fresh"], frames["drifted"]
    model_bytes = convert(model, features, sample["name"])
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(model_bytes)
    write_csv(training[[*features, sample["target"]]], folder / "training.csv")
    write_csv(fresh[features], folder / "live" / "fresh.csv")
    write_csv(drifted[features], folder / "live" / "drifted.csv")

    checked = pd.concat([f[features] for f in (training, fresh, drifted, extra_rows) if f is not None])
    onnx_check = compare_with_sklearn(model_bytes, model, checked.to_numpy(dtype=float))
    limit = 1e-3 if sample["task"] == "regression" else 1e-5
    assert onnx_check["max_difference"] < limit and onnx_check.get("label_differences", 0) == 0, onnx_check
    psi = {
        name: round_all({f: compute_psi(training[f], frame[f]) for f in features})
        for name, frame in (("fresh", fresh), ("drifted", drifted))
    }
    assert max(psi["fresh"].values()) < 0.1 and max(psi["drifted"].values()) > 0.25, psi
    return {"onnx_against_sklearn": onnx_check, "psi": psi}


def make_fraud() -> tuple[dict, dict]:
    training = simulate_payments(FRAUD_TRAINING_ROWS, seed=11)
    held_out = simulate_payments(FRAUD_HELD_OUT_ROWS, seed=12)
    model = GradientBoostingClassifier(
        n_estimators=80, max_depth=3, learning_rate=0.1, min_samples_leaf=15, subsample=0.8, random_state=7
    )
    model.fit(training[FRAUD_FEATURES].to_numpy(), training["is_fraud"].to_numpy(dtype=np.int64))
    # What the README promises about an ordinary and an obviously fraudulent payment.
    ordinary, fraudulent = model.predict(np.array([[29.99, 42, 14], [1450.0, 190, 3]]))
    assert (ordinary, fraudulent) == (0, 1)

    x, y = held_out[FRAUD_FEATURES].to_numpy(), held_out["is_fraud"].to_numpy()
    score, label = model.predict_proba(x)[:, 1], model.predict(x)
    metrics = round_all(
        {
            "training_fraud_rate": training["is_fraud"].mean(),
            "fraud_rate": y.mean(),
            "roc_auc": roc_auc_score(y, score),
            "average_precision": average_precision_score(y, score),
            "accuracy": accuracy_score(y, label),
            "precision": precision_score(y, label),
            "recall": recall_score(y, label),
            "log_loss": log_loss(y, score),
        }
    )
    sample = {
        "folder": "fraud",
        "name": "GBM_1_AutoML",
        "algorithm": "GBM",
        "task": "classification",
        "target": "is_fraud",
        "features": FRAUD_FEATURES,
        "classes": ["0", "1"],
        "description": "Card payments, simulated: is a payment fraudulent (1) or ordinary (0)?",
        "example": {"amount": 29.99, "merchant_id": 42, "hour": 14},
    }
    fresh = simulate_payments(LIVE_ROWS, seed=13)
    drifted = drift_payments(simulate_payments(LIVE_ROWS, seed=14), seed=15)
    measured = publish(sample, model, {"training": training, "fresh": fresh, "drifted": drifted}, held_out)
    return sample, {"held_out": f"{FRAUD_HELD_OUT_ROWS} further simulated payments", **metrics, **measured}


def make_iris() -> tuple[dict, dict]:
    bunch = load_iris()
    training = pd.DataFrame(bunch.data, columns=IRIS_FEATURES)
    training["species"] = bunch.target_names[bunch.target]
    x, y = training[IRIS_FEATURES].to_numpy(), training["species"].to_numpy(dtype=str)
    model = LogisticRegression(max_iter=2000)
    folds = StratifiedKFold(5, shuffle=True, random_state=7)
    proba = cross_val_predict(model, x, y, cv=folds, method="predict_proba")
    model.fit(x, y)
    label = model.classes_[proba.argmax(axis=1)]
    metrics = round_all({"accuracy": accuracy_score(y, label), "log_loss": log_loss(y, proba)})
    sample = {
        "folder": "iris",
        "name": "iris-species",
        "algorithm": "LogisticRegression",
        "task": "classification",
        "target": "species",
        "features": IRIS_FEATURES,
        "classes": [str(c) for c in model.classes_],
        "description": "Fisher's iris flowers: which of three species, from four lengths in centimetres.",
        "example": {"sepal_length": 5.1, "sepal_width": 3.5, "petal_length": 1.4, "petal_width": 0.2},
    }
    fresh = training.sample(LIVE_ROWS, replace=True, random_state=21)
    drifted = training.sample(LIVE_ROWS, replace=True, random_state=22)
    drifted["petal_length"] = (drifted["petal_length"] + 1.2).round(1)
    drifted["sepal_width"] = (drifted["sepal_width"] - 0.5).round(1)
    measured = publish(sample, model, {"training": training, "fresh": fresh, "drifted": drifted})
    return sample, {"held_out": "5-fold cross-validation, stratified", **metrics, **measured}


def make_diabetes() -> tuple[dict, dict]:
    bunch = load_diabetes(scaled=False)
    training = pd.DataFrame(bunch.data, columns=DIABETES_FEATURES)
    training["progression"] = bunch.target
    x, y = training[DIABETES_FEATURES].to_numpy(), training["progression"].to_numpy()
    model = GradientBoostingRegressor(
        n_estimators=90, max_depth=3, learning_rate=0.05, min_samples_leaf=8, subsample=0.7, random_state=7
    )
    predicted = cross_val_predict(model, x, y, cv=KFold(5, shuffle=True, random_state=7))
    model.fit(x, y)
    metrics = round_all(
        {
            "r2": r2_score(y, predicted),
            "rmse": root_mean_squared_error(y, predicted),
            "mae": mean_absolute_error(y, predicted),
            "rmse_of_always_the_mean": y.std(),
        }
    )
    sample = {
        "folder": "diabetes",
        "name": "diabetes-progression",
        "algorithm": "GBM",
        "task": "regression",
        "target": "progression",
        "features": DIABETES_FEATURES,
        "description": "Diabetes patients: disease progression after one year, from ten measurements.",
        "example": {f: float(v) for f, v in zip(DIABETES_FEATURES, x[0])},
    }
    fresh = training.sample(LIVE_ROWS, replace=True, random_state=31)
    drifted = training.sample(LIVE_ROWS, replace=True, random_state=32)
    drifted["bmi"] = (drifted["bmi"] + 4.0).round(1)
    drifted["bp"] = (drifted["bp"] + 12.0).round(2)
    measured = publish(sample, model, {"training": training, "fresh": fresh, "drifted": drifted})
    return sample, {"held_out": "5-fold cross-validation", **metrics, **measured}


def main() -> None:
    made = [make_fraud(), make_iris(), make_diabetes()]
    metrics = {sample["folder"]: measured for sample, measured in made}
    (HERE / "samples.json").write_text(to_json([sample for sample, _ in made]) + "\n")
    (HERE / "metrics.json").write_text(to_json(metrics) + "\n")
    print(to_json(metrics))


if __name__ == "__main__":
    # skl2onnx walks sets of names while it orders a graph: without a fixed hash seed the bytes vary.
    if os.environ.get("PYTHONHASHSEED") != "0":
        sys.exit(subprocess.call([sys.executable, *sys.argv], env={**os.environ, "PYTHONHASHSEED": "0"}))
    main()
