/**
 * Import packages of well-known distributions that somebody has published advisories on (OSV, https://osv.dev), and what they are built upon; without
 * names that an application's own package may well bear.
 */
const NAMES: ReadonlySet<string> = new Set(
  `
absl aiohttp aiomysql airflow alembic ansible anthropic anyio apscheduler argon2 asgiref astropy asyncpg asyncssh authlib avro babel bcrypt bentoml
blosc2 bleach bokeh boto3 botocore bottle brotli bs4 cairosvg cbor2 celery certifi chainlit chardet charset_normalizer cheroot cherrypy cloudpickle
cryptography Crypto Cryptodome cv2 dash dask dateutil datasette deepspeed diffusers discord django docutils dotenv dulwich ecdsa eventlet faiss
fastapi feedparser filelock flask flask_cors fonttools fsspec gensim geopandas gevent gradio grpc gunicorn h11 h2 h5py hpack html5lib httplib2 httpx
huggingface_hub idna imageio importlib_metadata ipykernel IPython itsdangerous jinja2 joblib jose jsonpickle jsonschema jupyter_core jupyter_server
jupyterhub jupyterlab jwcrypto jwt keras keyring kombu kubernetes langchain langchain_community langchain_core langflow langgraph ldap lightgbm
litellm litestar llama_index lxml markdown2 markdown_it markupsafe marshmallow matplotlib mistune mlflow mpmath nacl nbconvert nbformat nltk numba
numexpr numpy oauthlib onnx onnxruntime OpenSSL openai openpyxl orjson pandas paramiko passlib pdfminer peft PIL pip pipenv plotly poetry prefect
protobuf psutil psycopg2 py7zr pyarrow pyasn1 pycurl pydantic pydicom pygments pyftpdlib pymongo pymysql pyparsing pypdf PyPDF2 pyspark
pytorch_lightning pytz ray reportlab requests requests_oauthlib rest_framework rsa sagemaker sanic saml2 scapy scipy scrapy selenium sentencepiece
sentry_sdk setuptools simplejson skimage sklearn skops smolagents soupsieve sqlalchemy sqlparse starlette streamlit sympy tensorboard tensorflow
tokenizers torch torchaudio torchserve torchvision tornado tqdm traitlets transformers trl trytond tuf twisted ujson uvicorn urllib3 virtualenv vllm
wagtail waitress wandb weasyprint websocket websockets werkzeug wtforms xgboost xmltodict yaml yarl yt_dlp zeep zenml zeroconf zipp zmq
`
    .trim()
    .split(/\s+/),
);

/** Whether an import package of this name is most likely the distribution that everybody knows under it. */
export const isWellKnown = (module: string): boolean => NAMES.has(module);
