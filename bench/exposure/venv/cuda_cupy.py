import cupy
print(cupy.__version__)
try:
    print(cupy.zeros(3).sum())
except Exception as e: print(type(e), e)
try:
    cupy.cuda.cublas.create()
except Exception as e: print(type(e), e)
try:
    from cupy import cufft
    import cupyx.scipy.sparse
    cupy.cuda.cufft.Plan1d(8, cupy.cuda.cufft.CUFFT_C2C, 1)
except Exception as e: print(type(e), e)
