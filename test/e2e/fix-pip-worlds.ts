/**
 * Environments of real packages of 2022 to 2024 on Python 3.8 to 3.12, as requirement lists with the versions of those years.
 * What pip makes of each is what is installed; what is planned for it is judged by pip again.
 */
export interface PipWorld {
  readonly python: string;
  readonly roots: readonly string[];
}

const world = (python: string, ...roots: string[]): PipWorld => ({ python, roots });

export const WORLDS: readonly PipWorld[] = [
  world('3.8', 'requests==2.27.1', 'urllib3==1.26.8', 'certifi==2021.10.8'),
  world('3.8', 'flask==2.0.3', 'werkzeug==2.0.3', 'jinja2==3.0.3'),
  world('3.8', 'scikit-learn==1.0.2', 'numpy==1.22.4', 'joblib==1.1.0'),
  world('3.8', 'pillow==9.0.1', 'setuptools==58.1.0', 'wheel==0.37.1'),
  world('3.8', 'aiohttp==3.8.1', 'cryptography==36.0.2'),
  world('3.8', 'django==3.2.13', 'sqlparse==0.4.2'),
  world('3.9', 'urllib3==1.26.20', 'requests==2.32.3', 'idna==3.6'),
  world('3.9', 'tornado==6.1', 'notebook==6.4.11', 'mistune==0.8.4'),
  world('3.9', 'tensorflow-cpu==2.10.0', 'protobuf==3.19.4'),
  world('3.9', 'onnx==1.12.0', 'protobuf==3.20.1', 'numpy==1.23.3'),
  world('3.9', 'mlflow-skinny==1.29.0', 'gitpython==3.1.27'),
  world('3.9', 'fastapi==0.85.0', 'starlette==0.20.4', 'uvicorn==0.18.3'),
  world('3.9', 'gradio==3.4.1', 'pillow==9.2.0', 'aiohttp==3.8.3'),
  world('3.10', 'transformers==4.25.1', 'tokenizers==0.13.2', 'requests==2.28.1'),
  world('3.10', 'scipy==1.9.3', 'pandas==1.5.2', 'numpy==1.23.5'),
  world('3.10', 'jupyterlab==3.5.0', 'nbconvert==7.2.6', 'ipython==8.6.0'),
  world('3.10', 'streamlit==1.15.2', 'gitpython==3.1.29', 'tornado==6.2'),
  world('3.10', 'ray==2.3.0', 'grpcio==1.51.1'),
  world('3.10', 'pyarrow==10.0.1', 'numpy==1.23.5', 'pandas==1.5.3'),
  world('3.10', 'langchain==0.0.171', 'sqlalchemy==2.0.13'),
  world('3.11', 'flask==2.2.2', 'werkzeug==2.2.2', 'certifi==2022.12.7'),
  world('3.11', 'opencv-python-headless==4.7.0.72', 'numpy==1.24.2'),
  world('3.11', 'jinja2==3.1.2', 'markupsafe==2.1.2', 'requests==2.28.2'),
  world('3.11', 'gunicorn==20.1.0', 'django==4.1.7', 'sqlparse==0.4.3'),
  world('3.11', 'fonttools==4.39.0', 'matplotlib==3.7.1', 'pillow==9.4.0'),
  world('3.11', 'scrapy==2.8.0', 'twisted==22.10.0', 'lxml==4.9.2'),
  world('3.11', 'paramiko==3.1.0', 'cryptography==39.0.2', 'pyopenssl==23.0.0'),
  world('3.12', 'aiohttp==3.9.1', 'requests==2.31.0', 'urllib3==2.1.0'),
  world('3.12', 'fastapi==0.108.0', 'starlette==0.32.0.post1', 'python-multipart==0.0.6'),
  world('3.12', 'tqdm==4.66.1', 'idna==3.6', 'jinja2==3.1.2', 'zipp==3.17.0'),
];
