from PIL import Image
import io
import os; os.kill(os.getpid(), 10)
b = io.BytesIO(); Image.new("RGB", (8, 8)).save(b, "WEBP"); Image.open(io.BytesIO(b.getvalue())).load(); b = io.BytesIO(); Image.new("RGB", (8, 8)).save(b, "PNG")
