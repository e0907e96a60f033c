#!/bin/bash
python3 /others/prepare.py
exec node /others/express.cjs
