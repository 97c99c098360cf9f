"""Writes the models beside this script, deterministically: ones that misbehave on request.

    python make_models.py

Needs the packages of resources/samples/requirements.txt.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent


def constant(name: str, values, dtype) -> TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def write(name: str, nodes: list, *, x=TensorProto.INT64, y=TensorProto.FLOAT, y_dims=("N", 1), initializers=()) -> None:
    """A graph x[N, 1] → y around the given nodes."""
    graph = helper.make_graph(
        nodes,
        name.replace("-", "_"),
        [helper.make_tensor_value_info("x", x, ["N", 1])],
        [helper.make_tensor_value_info("y", y, list(y_dims))],
        list(initializers),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def loop(name: str, body: list, turns: str = "largest_x") -> list:
    """y = x after so many turns of the body, whose state is a float that starts at 0."""
    graph = helper.make_graph(
        [helper.make_node("Identity", ["c_in"], ["c_out"]), *body],
        name,
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("c_in", TensorProto.BOOL, []),
            helper.make_tensor_value_info("s_in", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("c_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("s_out", TensorProto.FLOAT, []),
        ],
    )
    return [
        helper.make_node("ReduceMax", ["x"], ["largest_x"], keepdims=0),
        helper.make_node("Loop", [turns, "go", "zero"], ["counted"], body=graph),
        helper.make_node("Cast", ["x"], ["x_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["counted", "zero"], ["nothing"]),
        helper.make_node("Add", ["x_float", "nothing"], ["y"]),
    ]


START = [constant("go", True, bool), constant("zero", 0, np.float32), constant("one", 1, np.float32)]


def main() -> None:
    # y = x after as many turns as the largest x says: a large one never comes back.
    write("turns", loop("count", [helper.make_node("Add", ["s_in", "one"], ["s_out"])]), initializers=START)

    # y = x after a thousand turns, each of which fills as many floats as the largest x says.
    hold = [
        helper.make_node("ConstantOfShape", ["size"], ["block"], value=constant("", [1], np.float32)),
        helper.make_node("ReduceMax", ["block"], ["largest"], keepdims=0),
        helper.make_node("Add", ["s_in", "largest"], ["s_out"]),
    ]
    hungry = [helper.make_node("ReduceMax", ["x"], ["most"], keepdims=0)]
    hungry += [helper.make_node("Reshape", ["most", "flat"], ["size"]), *loop("hold", hold, turns="thousand")]
    sizes = [constant("flat", [1], np.int64), constant("thousand", 1000, np.int64)]
    write("hungry", hungry, initializers=[*START, *sizes])

    # y = table[x]: an x outside 0…9 fails the whole run.
    table = constant("table", np.arange(10) * 1.5, np.float32)
    write("lookup", [helper.make_node("Gather", ["table", "x"], ["y"])], initializers=[table])

    # y = x less the mean of the batch: one row per row, but rows that depend on their neighbours.
    axis = constant("axis", [0], np.int64)
    centre = [
        helper.make_node("ReduceMean", ["x", "axis"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["x", "mean"], ["y"]),
    ]
    write("centred", centre, x=TensorProto.FLOAT, initializers=[axis])

    # y = the different values of the batch: as many rows as there are, not one per row.
    unique = [helper.make_node("Unique", ["x"], ["y"])]
    write("unique", unique, x=TensorProto.FLOAT, y_dims=("M",))

    # Forty products of 1024×1024 constants, which the runtime works out while it loads the model.
    nodes = [helper.make_node("ConstantOfShape", ["square"], ["m0"], value=constant("", [1 / 1024], np.float32))]
    nodes += [helper.make_node("MatMul", [f"m{n}", "m0"], [f"m{n + 1}"]) for n in range(40)]
    nodes += [
        helper.make_node("ReduceSum", ["m40"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["x", "sum"], ["y"]),
    ]
    write("slow-load", nodes, x=TensorProto.FLOAT, initializers=[constant("square", [1024, 1024], np.int64)])


if __name__ == "__main__":
    main()
    for path in sorted(HERE.glob("*.onnx")):
        onnx.checker.check_model(str(path), full_check=True)
