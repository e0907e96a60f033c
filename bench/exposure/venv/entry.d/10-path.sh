PATH="/venv/bin:$PATH"
export PATH
