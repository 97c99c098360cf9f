"""Loads a pickled model, which runs whatever code is in it, and saves it as ONNX.

    convert_model.py MODEL OUTPUT.onnx REPORT.json [SAMPLE.csv]

Started by the workstation in a sandbox where there is one, and only when the
person asked for it. The sample's columns tell text from numbers. The report
says what was converted, or what went wrong: {"error": ..., "package": ...}.
"""

import json
import sys


class Refused(Exception):
    def __init__(self, message, package=None):
        super().__init__(message)
        self.package = package


def need(module, package=None):
    try:
        return __import__(module)
    except ImportError:
        name = package or module
        raise Refused(f"the Python package {name} is not installed: pip install {name}", name) from None


DISTRIBUTIONS = {"sklearn": "scikit-learn", "imblearn": "imbalanced-learn", "PIL": "pillow", "cv2": "opencv-python"}


def unpickle(path):
    try:
        import joblib
    except ImportError:
        import pickle

        with open(path, "rb") as file:
            return pickle.load(file)
    return joblib.load(path)


def load(path):
    try:
        return unpickle(path)
    except ModuleNotFoundError as error:
        module = (error.name or "").split(".")[0]
        raise Refused(
            f"the model needs the Python module {error.name}, which is not installed",
            DISTRIBUTIONS.get(module, module) or None,
        ) from None


def pick(value):
    """The one thing that predicts, out of a dict, list or tuple of things."""
    if hasattr(value, "predict"):
        return value
    parts = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, (list, tuple)) else []
    models = [part for part in parts if hasattr(part, "predict")]
    if len(models) != 1:
        raise Refused(f"the file holds a {type(value).__name__} with {len(models)} models; exactly one is needed")
    return models[0]


def register_boosters(model):
    """skl2onnx knows XGBoost and LightGBM only through onnxmltools."""
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes,
        calculate_linear_regressor_output_shapes,
    )

    parts = [model, *[step for _, step in getattr(model, "steps", [])]]
    for part in parts:
        root = type(part).__module__.split(".")[0]
        if root not in ("xgboost", "lightgbm"):
            continue
        need("onnxmltools")
        if root == "xgboost":
            from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost as convert
        else:
            from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm as convert
        is_classifier = hasattr(part, "predict_proba")
        update_registered_converter(
            type(part),
            type(part).__name__,
            calculate_linear_classifier_output_shapes if is_classifier else calculate_linear_regressor_output_shapes,
            convert,
            options={"nocl": [True, False], "zipmap": [True, False, "columns"]} if is_classifier else None,
        )


def input_types(model, sample, number):
    from skl2onnx.common.data_types import StringTensorType

    names = [str(name) for name in getattr(model, "feature_names_in_", [])]
    if sample is not None and names:
        missing = [name for name in names if name not in sample.columns]
        if missing:
            raise Refused(f"the training data have no column {missing[0]!r}, which the model was fitted on")
        return [
            (name, number([None, 1]) if sample[name].dtype.kind in "biuf" else StringTensorType([None, 1]))
            for name in names
        ]
    width = getattr(model, "n_features_in_", None)
    if width is None:
        raise Refused("the model does not say how many columns it takes (n_features_in_)")
    return [("X", number([None, int(width)]))]


def convert(model, sample):
    need("skl2onnx")
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType

    register_boosters(model)
    options = {id(model): {"zipmap": False}} if hasattr(model, "predict_proba") else None
    last = None
    for name, number in (("float64", DoubleTensorType), ("float32", FloatTensorType)):
        try:
            types = input_types(model, sample, number)
            return convert_sklearn(model, initial_types=types, options=options, target_opset={"": 18, "ai.onnx.ml": 3}), name
        except Refused:
            raise
        except Exception as error:  # Converters fail in their own ways, and some only in double precision.
            last = error
    raise Refused(f"skl2onnx cannot convert {type(model).__name__}: {last}")


def main(argv):
    source, target, report_path, *rest = argv
    try:
        sample = None
        if rest:
            sample = need("pandas").read_csv(rest[0], nrows=1000)
        model = pick(load(source))
        onnx_model, precision = convert(model, sample)
        with open(target, "wb") as file:
            file.write(onnx_model.SerializeToString())
        kind = type(model)
        report = {"estimator": f"{kind.__module__}.{kind.__qualname__}", "precision": precision}
    except Refused as error:
        report = {"error": str(error), "package": error.package}
    except MemoryError:
        report = {"error": "the memory limit was reached", "package": None}
    except Exception as error:
        report = {"error": f"{type(error).__name__}: {error}", "package": None}
    with open(report_path, "w", encoding="utf-8") as file:
        json.dump(report, file)
    return 0 if "error" not in report else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
