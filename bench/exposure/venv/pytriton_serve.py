import os

import numpy as np
from pytriton.decorators import batch
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig


@batch
def double(x):
    return [x * 2]


with Triton(config=TritonConfig(http_port=int(os.environ["PORT"]), allow_grpc=False, allow_metrics=False)) as triton:
    triton.bind(model_name="double", infer_func=double, inputs=[Tensor(dtype=np.float32, shape=(-1,))], outputs=[Tensor(dtype=np.float32, shape=(-1,))], config=ModelConfig(max_batch_size=4))
    triton.serve()
