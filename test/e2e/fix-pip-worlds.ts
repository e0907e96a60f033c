/**
 * Environments of real packages of 2022 to 2024 on Python 3.8 to 3.12: what pip made of each list on the day beside it (the index
 * says when each file was uploaded). The first of them cover every year and every Python.
 */
export interface PipWorld {
  readonly python: string;
  /** Nothing that was uploaded later is in it. */
  readonly day: string;
  readonly roots: readonly string[];
}

const world = (python: string, day: string, ...roots: string[]): PipWorld => ({ python, day, roots });

export const WORLDS: readonly PipWorld[] = [
  world('3.8', '2022-03-01', 'requests', 'flask', 'jinja2'),
  world('3.9', '2022-11-01', 'transformers', 'onnx==1.12.0', 'protobuf==3.20.1'),
  world('3.11', '2023-03-15', 'fastapi', 'pandas', 'matplotlib', 'pillow'),
  world('3.12', '2024-02-01', 'aiohttp', 'fastapi', 'python-multipart', 'jinja2'),
  world('3.8', '2022-02-01', 'scikit-learn', 'joblib==1.1.0', 'pillow==9.0.0'),
  world('3.8', '2022-04-15', 'aiohttp', 'cryptography', 'pyopenssl'),
  world('3.8', '2022-05-01', 'django==3.2.13', 'djangorestframework', 'gunicorn'),
  world('3.8', '2022-06-01', 'notebook', 'nbconvert', 'ipython'),
  world('3.8', '2023-01-15', 'torch==1.13.1', 'torchvision', 'numpy'),
  world('3.9', '2022-04-01', 'jupyterlab', 'tornado', 'mistune==0.8.4'),
  world('3.9', '2022-09-20', 'tensorflow-cpu==2.10.0', 'protobuf==3.19.4'),
  world('3.9', '2022-10-10', 'mlflow-skinny', 'gitpython', 'sqlparse'),
  world('3.9', '2023-06-01', 'fastapi==0.85.0', 'starlette==0.20.4', 'uvicorn', 'python-multipart'),
  world('3.9', '2024-09-01', 'urllib3==1.26.20', 'requests==2.32.3', 'idna==3.6'),
  world('3.10', '2022-12-15', 'transformers==4.25.1', 'tokenizers', 'datasets'),
  world('3.10', '2022-12-01', 'scipy', 'pandas', 'numpy', 'dask', 'distributed'),
  world('3.10', '2022-11-15', 'streamlit', 'gitpython', 'tornado'),
  world('3.10', '2023-03-01', 'ray==2.3.0', 'grpcio', 'aiohttp'),
  world('3.10', '2023-05-18', 'langchain==0.0.171', 'sqlalchemy', 'openai'),
  world('3.10', '2023-01-10', 'tensorflow-cpu==2.11.0', 'keras', 'numpy==1.23.5'),
  world('3.10', '2023-06-15', 'pyarrow==10.0.1', 'numpy==1.23.5', 'mlflow==2.4.0'),
  world('3.11', '2023-01-20', 'flask==2.2.2', 'werkzeug==2.2.2', 'certifi'),
  world('3.11', '2023-06-01', 'opencv-python-headless==4.7.0.72', 'onnxruntime'),
  world('3.11', '2023-04-10', 'scrapy==2.8.0', 'twisted==22.10.0', 'lxml'),
  world('3.11', '2023-04-20', 'paramiko==3.1.0', 'cryptography==39.0.2', 'pyopenssl==23.0.0'),
  world('3.11', '2023-07-01', 'gradio-client', 'diffusers', 'accelerate', 'huggingface-hub'),
  world('3.11', '2023-09-01', 'apache-airflow-providers-http', 'celery', 'redis'),
  world('3.12', '2024-03-01', 'aiohttp==3.9.1', 'requests', 'urllib3==2.1.0'),
  world('3.12', '2024-02-20', 'fastapi==0.108.0', 'starlette==0.32.0.post1', 'torch==2.2.0', 'jupyter-server'),
  world('3.12', '2024-05-15', 'transformers==4.40.2', 'tqdm==4.66.1', 'zipp==3.17.0'),
  world('3.8', '2022-08-20', 'boto3==1.24.0', 'pyyaml==5.4.1', 'jinja2==2.11.3', 'markupsafe==2.0.1'),
  world('3.8', '2024-03-10', 'pytorch-lightning==1.9.5', 'aiohttp==3.8.6', 'tqdm'),
  world('3.9', '2022-07-05', 'spacy==3.3.1', 'nltk==3.7', 'lxml==4.9.0'),
  world('3.9', '2023-10-01', 'dash==2.9.3', 'flask==2.2.5', 'werkzeug==2.2.3', 'gunicorn==20.1.0'),
  world('3.10', '2022-06-20', 'bokeh==2.4.3', 'tensorboard==2.9.1', 'pillow==9.1.0', 'protobuf==3.19.4'),
  world('3.10', '2023-08-15', 'bentoml==1.0.25', 'starlette==0.28.0', 'python-multipart==0.0.6'),
  world('3.11', '2023-11-10', 'optuna==3.4.0', 'sqlalchemy', 'mako==1.2.0', 'certifi==2023.5.7'),
  world('3.11', '2024-01-05', 'langchain-core', 'nltk==3.8.1', 'openai==1.6.1'),
  world('3.12', '2024-04-05', 'jupyterlab==4.1.5', 'tornado==6.4', 'nbconvert', 'idna==3.6'),
  world('3.12', '2024-06-10', 'scrapy==2.11.1', 'twisted==24.3.0', 'requests==2.31.0', 'zipp==3.18.1'),
  // The roots are of 2022 to 2024; what is newer than their successors accept, betas alone, extras.
  world('3.9', '2026-04-01', 'streamlit==1.11.1'),
  world('3.10', '2023-03-01', 'opentelemetry-instrumentation-flask==0.36b0', 'flask'),
  world('3.12', '2024-10-15', 'mlflow==2.16.2', 'scikit-learn'),
  world('3.11', '2024-01-20', 'llama-index==0.9.30', 'langchain==0.1.0'),
  world('3.8', '2023-02-10', 'uvicorn[standard]==0.20.0', 'fastapi==0.89.1', 'orjson==3.8.5'),
  // Extras of which a newer version needs more, and frameworks of two generations.
  world('3.8', '2023-03-20', 'fastapi==0.92.0', 'pydantic==1.10.5', 'sqlmodel==0.0.8'),
  world('3.10', '2023-09-01', 'mlflow-skinny[databricks]==2.6.0'),
  world('3.8', '2023-09-01', 'django==3.2.20', 'pillow==9.5.0', 'celery==5.2.7'),
  world('3.12', '2024-03-20', 'streamlit==1.32.0'),
  world('3.9', '2022-09-10', 'transformers==4.21.3', 'datasets==2.4.0'),
  world('3.11', '2023-06-10', 'langchain==0.0.195', 'tiktoken', 'faiss-cpu'),
  world('3.10', '2023-02-20', 'ray==2.2.0', 'opencv-python==4.7.0.68'),
  world('3.9', '2022-12-01', 'jupyterlab==3.5.0', 'dash==2.7.0'),
  world('3.8', '2023-03-10', 'streamlit==1.20.0', 'altair==4.2.2'),
  world('3.10', '2022-09-20', 'opencv-python==4.6.0.66', 'scipy==1.9.1', 'scikit-image'),
  world('3.10', '2023-02-15', 'torch==1.13.1', 'transformers==4.26.1', 'sentencepiece'),
  world('3.9', '2022-05-20', 'scrapy==2.6.1', 'twisted==22.4.0', 'lxml==4.8.0'),
];
