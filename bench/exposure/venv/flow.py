import numpy as np
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Input((4,)), tf.keras.layers.Dense(3, activation="relu"), tf.keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
rows = np.random.default_rng(0).random((32, 4)).astype("float32")
model.fit(rows, rows[:, :1], epochs=1, verbose=0)
model.save("/tmp/model.keras")
print(tf.keras.models.load_model("/tmp/model.keras").predict(rows[:2], verbose=0))
