import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio
from faster_whisper.vad import VadOptions, get_speech_timestamps
import wave

with wave.open("/tmp/tone.wav", "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(16000)
    file.writeframes((np.sin(np.arange(16000) / 20) * 9000).astype(np.int16).tobytes())
sound = decode_audio("/tmp/tone.wav")
print(len(sound), get_speech_timestamps(sound, VadOptions()))
try:
    WhisperModel("/tmp/no-model-here", device="cpu")
except Exception as error:
    print(type(error))
