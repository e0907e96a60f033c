import cv2
import numpy as np

picture = np.zeros((64, 64, 3), np.uint8)
cv2.circle(picture, (32, 32), 10, (0, 0, 255), -1)
ok, kept = cv2.imencode(".webp", cv2.GaussianBlur(picture, (5, 5), 0))
print(ok, cv2.imdecode(kept, cv2.IMREAD_COLOR).shape, cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_eye.xml").empty())
