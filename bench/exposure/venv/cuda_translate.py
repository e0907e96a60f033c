import ctranslate2
print(ctranslate2.__version__)
try:
    print(ctranslate2.get_cuda_device_count())
except Exception as e: print(e)
try:
    ctranslate2.Translator('/nowhere', device='cuda')
except Exception as e: print(e)
