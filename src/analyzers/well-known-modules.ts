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

/** The names of them all. */
export const wellKnownModules = (): readonly string[] => [...NAMES];

/** Whether an import package of this name is most likely the distribution that everybody knows under it. */
export const isWellKnown = (module: string): boolean => NAMES.has(module);

/** npm packages that nearly every server made of npm packages brings along, but those that pages load in a browser. */
const OF_SERVERS: ReadonlySet<string> = new Set(
  `
accepts agent-base ajv ansi-regex ansi-styles argparse array-flatten asn1 asynckit axios balanced-match base64-js bcrypt bcryptjs
bluebird body-parser brace-expansion busboy bytes call-bind chalk color-convert color-name combined-stream commander concat-map content-disposition
content-type cookie cookie-signature core-util-is cross-spawn debug delayed-stream depd destroy dotenv ecdsa-sig-formatter ee-first ejs encodeurl
engine.io escape-html etag extsprintf finalhandler follow-redirects form-data formidable forwarded fresh fs-extra fs.realpath
function-bind get-intrinsic glob graceful-fs handlebars has-flag has-symbols http-errors http-proxy-agent https-proxy-agent iconv-lite ieee754
inflight inherits ini ipaddr.js isarray isexe js-yaml json5 jsonfile jsonwebtoken jwa jws lodash lru-cache media-typer merge-descriptors
methods mime mime-db mime-types minimatch minimist minipass mkdirp ms multer nanoid negotiator node-fetch node-forge
node-gyp-build nodemailer object-assign on-finished once parseurl path-is-absolute path-key path-to-regexp picomatch process-nextick-args
proxy-addr proxy-from-env pump qs range-parser raw-body readable-stream require-directory rimraf safe-buffer safer-buffer semver send
serve-static setprototypeof shebang-command shebang-regex side-channel signal-exit socket.io sprintf-js statuses string-width string_decoder
strip-ansi supports-color tar thenify through2 toidentifier tough-cookie type-is undici universalify unpipe util-deprecate utils-merge uuid validator vary
which wrap-ansi wrappy ws xml2js xtend y18n yallist yargs yargs-parser
`
    .trim()
    .split(/\s+/),
);

/** Whether a folder of this name, among others of the kind, most likely holds the npm package of that name. */
export const isServersPackage = (name: string): boolean => OF_SERVERS.has(name);
