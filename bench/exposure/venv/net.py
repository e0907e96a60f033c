"""A network of torchvision's, trained one step, kept and read again."""

import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision import models, transforms

model = models.resnet18(num_classes=4)
data = DataLoader(TensorDataset(torch.randn(8, 3, 64, 64), torch.randint(0, 4, (8,))), batch_size=4)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
normalise = transforms.Compose([transforms.Normalize([0.5] * 3, [0.5] * 3)])
for images, labels in data:
    loss = nn.functional.cross_entropy(model(normalise(images)), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
kept = io.BytesIO()
torch.save(model.state_dict(), kept)
kept.seek(0)
model.load_state_dict(torch.load(kept))
scripted = torch.jit.script(nn.Sequential(nn.Linear(4, 4), nn.ReLU()))
print(loss.item(), scripted(torch.randn(1, 4)).shape, torch.cuda.is_available(), torch.stft(torch.randn(400), 64, return_complex=True).shape)
