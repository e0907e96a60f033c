"""A model of ONNX that is made, checked and run."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])
made = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 3])
graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "line", [given], [made])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
print(session.run(None, {"x": np.array([[-1, 0, 1]], np.float32)}))
