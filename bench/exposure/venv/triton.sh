#!/bin/sh
set -e
home=/xv/lib/python3.11/site-packages/pytriton/tritonserver
export LD_LIBRARY_PATH=/xv/lib/python3.11/site-packages/nvidia_pytriton.libs
export PATH="/xv/bin:$PATH"
exec "$home/bin/tritonserver" --model-repository=/models --backend-directory="$home/backends" --http-port="${PORT:-18431}" --allow-grpc=false --allow-metrics=false
