import torch
import torchvision
from torchvision import io, ops, transforms

boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 1.9, 2.0]])
print(ops.nms(boxes, torch.tensor([0.9, 0.8]), 0.5))
io.write_png((torch.rand(3, 8, 8) * 255).to(torch.uint8), "/tmp/a.png")
net = torchvision.models.resnet18().eval()
with torch.no_grad():
    print(net(transforms.Resize(32)(io.read_image("/tmp/a.png").float().unsqueeze(0))).shape)
