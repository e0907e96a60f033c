import { pypi } from '../ecosystems/pypi.ts';

/**
 * Import packages whose distribution bears another name on PyPI, and those that come in several distributions: the first is the one that is meant
 * where nothing tells. Empty: nothing can be told. https://packaging.python.org/en/latest/discussions/distribution-package-vs-import-package/
 */
const DISTRIBUTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    absl: 'absl-py',
    airflow: 'apache-airflow apache-airflow-core',
    argon2: 'argon2-cffi',
    attr: 'attrs',
    avro: 'avro avro-python3',
    bs4: 'beautifulsoup4',
    Crypto: 'pycryptodome pycrypto',
    Cryptodome: 'pycryptodomex',
    cv2: 'opencv-python opencv-contrib-python',
    dateutil: 'python-dateutil',
    discord: 'discord-py discord py-cord',
    docx: 'python-docx',
    dotenv: 'python-dotenv',
    faiss: 'faiss-cpu faiss-gpu faiss',
    fitz: 'pymupdf',
    git: 'gitpython',
    google: '',
    grpc: 'grpcio',
    jose: 'python-jose',
    jwt: 'pyjwt jwt',
    ldap: 'python-ldap',
    llama_index: 'llama-index-core llama-index',
    magic: 'python-magic',
    markdown_it: 'markdown-it-py',
    multipart: 'python-multipart',
    MySQLdb: 'mysqlclient',
    nacl: 'pynacl',
    onnx: 'onnx onnx-weekly',
    OpenSSL: 'pyopenssl',
    pdfminer: 'pdfminer-six pdfminer',
    PIL: 'pillow',
    pkg_resources: '',
    pyspark: 'pyspark databricks-connect',
    rest_framework: 'djangorestframework',
    saml2: 'pysaml2',
    serial: 'pyserial',
    skimage: 'scikit-image',
    sklearn: 'scikit-learn',
    socks: 'pysocks',
    tensorboard: 'tensorboard tb-nightly',
    tensorflow: 'tensorflow intel-tensorflow tf-nightly',
    tlz: 'toolz',
    umap: 'umap-learn',
    usb: 'pyusb',
    websocket: 'websocket-client',
    wx: 'wxpython',
    yaml: 'pyyaml',
    zmq: 'pyzmq',
  }),
);

/** The distribution that an import package is of, in PyPI's form; empty where none can be told. */
export const importedFrom = (module: string): string => distributionsOf(module)[0]!;

const distributionsOf = (module: string): readonly string[] =>
  (DISTRIBUTIONS.get(module) ?? pypi.normalize(module)).split(' ');

/** What is built of one source for different machines or with less in it: `opencv-python-headless`, `psycopg2-binary`, `onnxruntime-gpu`, `mlflow-skinny`. */
const VARIANT =
  /^(?:-(?:abi3|avx\d{0,3}|base|binary|c|client|connect|core|cpp|cpu|cu\d{2,3}|cuda|directml|gpu|headless|intel|lite|macos|mkl|nightly|noavx\d{0,3}|openvino|prebuilt|rocm\d{0,3}|silicon|simd|skinny|slim|tpu|tracing|training|xpu))*$/;

/** Whether a distribution of this name is known to bring an import package that everybody knows: under its own name, or a variant's. */
export const isKnownToBring = (distribution: string, module: string): boolean => {
  const own = pypi.normalize(distribution);
  return distributionsOf(module).some((name) => own.startsWith(name) && VARIANT.test(own.slice(name.length)));
};
