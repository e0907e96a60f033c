import ctypes, os, nvidia
base = os.path.dirname(list(nvidia.__path__)[0]) + '/nvidia'
cudnn = ctypes.CDLL(os.path.join(base, 'cudnn', 'lib', 'libcudnn.so.9'))
cudnn.cudnnGetVersion.restype = ctypes.c_size_t
print(cudnn.cudnnGetVersion())
h = ctypes.c_void_p()
print(cudnn.cudnnCreate(ctypes.byref(h)))
blas = ctypes.CDLL(os.path.join(base, 'cublas', 'lib', 'libcublas.so.12'))
print(blas.cublasCreate_v2(ctypes.byref(h)))
d = ctypes.c_void_p()
print(cudnn.cudnnCreateConvolutionDescriptor(ctypes.byref(d)), cudnn.cudnnCreateTensorDescriptor(ctypes.byref(d)))
