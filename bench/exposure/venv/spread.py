"""One step of a model in a process group, as torchrun starts it."""

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

dist.init_process_group("gloo")
model = DistributedDataParallel(torch.nn.Linear(8, 2))
model(torch.randn(4, 8)).sum().backward()
print(dist.get_rank(), dist.get_world_size())
dist.destroy_process_group()
