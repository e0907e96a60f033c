#!/bin/bash
# bash bench/exposure/roots.sh FOLDER [NAME ...]: makes the roots that the tables of docs/exposure.md are measured in, one for each name below, as
# layers (overlayfs) over three distributions that are made once. As root, with the network. Each is mounted at FOLDER/NAME; what is there is kept.
#
# Wheels of `image_*` are those of 2022 and 2023 (venv/requirements.txt as constraints), others those of the day. ROOT/dev has the nodes that mmdebstrap
# makes in it, never those of the machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift

# The release as it was published, without what was mended since: findings are what is counted.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -E '/debian/?$' | head -1)

# distribution NAME SUITE PACKAGES
distribution() {
  [ -e "$folder/$1.made" ] && return
  mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' --include="$3" \
    "$2" "$folder/$1" "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $2 main"
  # The machine's own trust and names: the wheels come over its network.
  cp /etc/ssl/certs/ca-certificates.crt "$folder/$1/etc/ssl/certs/"
  cp /etc/resolv.conf "$folder/$1/etc/"
  echo "127.0.0.1 localhost $(hostname)" >"$folder/$1/etc/hosts"
  touch "$folder/$1.made"
}

# layer BASE NAME: a root that begins as BASE is.
layer() {
  mkdir -p "$folder/.layers/$2/upper" "$folder/.layers/$2/work" "$folder/$2"
  mountpoint -q "$folder/$2" || mount -t overlay overlay -o "lowerdir=$folder/$1,upperdir=$folder/.layers/$2/upper,workdir=$folder/.layers/$2/work" "$folder/$2"
}

# inside NAME COMMAND: with one store of downloads for all roots.
inside() {
  local root=$folder/$1 status=0
  shift
  mkdir -p "$root/.downloads" "$folder/.downloads"
  mount --bind "$folder/.downloads" "$root/.downloads"
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive TMPDIR=/.downloads \
    PIP_CACHE_DIR=/.downloads/pip PIP_CERT=/etc/ssl/certs/ca-certificates.crt PIP_DISABLE_PIP_VERSION_CHECK=1 \
    chroot "$root" "$@" || status=$?
  umount "$root/.downloads"
  rmdir "$root/.downloads"
  return $status
}

# wheels NAME VENV WHEELS...: a virtual environment; of images with the constraints.
wheels() {
  local name=$1 venv=$2 held=''
  shift 2
  inside "$name" python3 -m venv "$venv"
  if [[ $name == image_* ]]; then
    cp "$here/venv/requirements.txt" "$folder/$name/tmp/held.txt"
    # A constraint has no extras.
    sed -i 's/\[.*\]//' "$folder/$name/tmp/held.txt"
    held='-c /tmp/held.txt'
    inside "$name" "$venv/bin/pip" install -q -U 'pip<24' wheel
  fi
  # shellcheck disable=SC2086
  inside "$name" "$venv/bin/pip" install -q --prefer-binary $held "$@"
  rm -f "$folder/$name/tmp/held.txt"
}

# modules NAME PLACE PACKAGES...: packages of npm in a folder of the root, by this machine's npm (they are texts alone).
modules() {
  local place=$folder/$1$2
  shift 2
  mkdir -p "$place"
  [ -e "$place/package.json" ] || echo '{"name": "others", "private": true, "type": "module"}' >"$place/package.json"
  (cd "$place" && npm install --silent --no-audit --no-fund "$@")
}

bullseye() {
  distribution bullseye bullseye python3,python3-venv,ca-certificates,build-essential,git,curl,wget,mercurial,openssh-client,imagemagick,libmagickcore-dev,default-libmysqlclient-dev,libpq-dev,libsqlite3-dev,libxml2-dev,libxslt1-dev,libcurl4-openssl-dev,procps,unzip,redis-server,tini,gosu,supervisor,nginx-light,libgl1,libglib2.0-0,nodejs,npm
}

bookworm() {
  distribution bookworm bookworm python3,python3-venv,nodejs,npm,openjdk-17-jre-headless,ruby,supervisor,tini,git,curl,libgl1,libglib2.0-0,libxml-simple-perl,libwww-perl,gosu,python3-pip,imagemagick,nginx-light,redis-server,xz-utils,ca-certificates
}

# languages: Debian 12 with its own packages of Perl, Ruby, R and PHP, and s6.
languages() {
  bookworm
  [ -e "$folder/languages.made" ] && return
  layer bookworm languages
  inside languages apt-get -qq update
  inside languages apt-get -qq install --no-install-recommends ruby-sinatra ruby-webrick ruby-nokogiri libmojolicious-perl libdbd-sqlite3-perl libtemplate-perl libyaml-perl \
    libdatetime-perl libdancer2-perl starman ruby-rails puma r-base-core r-cran-ggplot2 r-cran-jsonlite php-cli php-sqlite3 php-xml php-mbstring s6 execline musl-tools >/dev/null
  touch "$folder/languages.made"
}

# Debian 11 as images for building have it, with what one workload needs.
image() {
  bullseye
  layer bullseye "image_$1"
}
image_uvicorn() { image uvicorn; wheels image_uvicorn /venv fastapi 'uvicorn[standard]' httpx orjson 'pydantic<2'; }
image_gunicorn() { image gunicorn; wheels image_gunicorn /venv flask Werkzeug gunicorn gevent 'setuptools<66' 'zope.event<5' 'zope.interface<6'; }
image_jupyter() { image jupyter; wheels image_jupyter /venv jupyter-server; }
image_streamlit() { image streamlit; wheels image_streamlit /venv streamlit numpy; }
image_celery() { image celery; wheels image_celery /venv 'celery[redis]' requests; }
image_polars() { image polars; wheels image_polars /venv polars pyarrow numpy; }
image_sklearn() { image sklearn; wheels image_sklearn /venv scikit-learn joblib numpy; }
image_matplotlib() { image matplotlib; wheels image_matplotlib /venv matplotlib numpy; }
image_transformers() { image transformers; wheels image_transformers /venv transformers tokenizers numpy; }
image_psycopg2() { image psycopg2; wheels image_psycopg2 /venv psycopg2-binary SQLAlchemy; }
image_grpcio() { image grpcio; wheels image_grpcio /venv grpcio; }
image_opencv() { image opencv; wheels image_opencv /venv opencv-python-headless numpy; }
image_boto3() { image boto3; wheels image_boto3 /venv boto3; }
image_entrypoint() { image entrypoint; wheels image_entrypoint /venv requests rich; }
image_supervisord() { image supervisord; wheels image_supervisord /venv flask Werkzeug; }
image_express() { image express; modules image_express /apps/others express@4; cp "$here/others/express.cjs" "$folder/image_express/apps/others/"; }
# Built in the image, against its own C library: what is built against a newer one does not start there.
image_native() {
  image native
  local root=$folder/image_native tools
  mkdir -p "$root/apps" "$root/tmp/native" "$root/.go" "$root/.rust"
  cp "$here/venv/native/"names.* "$root/tmp/native/"
  mount --bind "$(go env GOROOT)" "$root/.go"
  mount --bind "$(rustc --print sysroot)" "$root/.rust"
  # Rust's compiler and linker ask it where they lie.
  mount -t proc proc "$root/proc"
  tools='export PATH=/.go/bin:/.rust/bin:$PATH GOROOT=/.go GOCACHE=/.downloads/go GOTOOLCHAIN=local; cd /tmp/native'
  inside image_native sh -c "$tools; CGO_ENABLED=1 go build -o /apps/names-go names.go && CGO_ENABLED=0 go build -o /apps/names-static names.go && rustc -O -o /apps/names-rust names.rs"
  umount "$root/.go" "$root/.rust" "$root/proc"
  rmdir "$root/.go" "$root/.rust"
}
image_servers() { image servers; }
image_answers() {
  image answers
  inside image_answers sh -c 'apt-get -qq update && apt-get -qq install python3-pip >/dev/null'
  inside image_answers python3 -m pip install -q --prefer-binary numpy==1.24.3 requests==2.30.0 Pillow==9.5.0 tornado==6.3.1 jinja2==3.1.2 cryptography==40.0.2 certifi==2022.12.7 urllib3==1.26.15
  modules image_answers /srv/site minimist@1.2.5 lodash@4.17.20
}
image_uvloop() { image uvloop; wheels image_uvloop /fv fastapi 'uvicorn==0.22.0' uvloop; }
image_duckdb() { image duckdb; wheels image_duckdb /xv duckdb polars pyarrow numpy pandas; }
image_spacy() { image spacy; wheels image_spacy /xv 'spacy<3.6' 'typing_extensions<4.6' numpy; }
image_xgboost() { image xgboost; wheels image_xgboost /xv 'xgboost<2' scikit-learn numpy; }
image_lightgbm() { image lightgbm; wheels image_lightgbm /fv 'lightgbm<4' scikit-learn numpy; }
image_dask() { image dask; wheels image_dask /venv 'dask[distributed]' bokeh pandas; }
image_jax() { image jax; wheels image_jax /venv jax flax optax; }
image_papermill() { image papermill; wheels image_papermill /venv papermill ipykernel pandas; }
image_datasets() { image datasets; wheels image_datasets /venv datasets; }
image_optuna() { image optuna; wheels image_optuna /venv optuna catboost scikit-learn; }
image_whisper() { image whisper; wheels image_whisper /venv faster-whisper; }
image_statsmodels() { image statsmodels; wheels image_statsmodels /venv statsmodels seaborn; }
image_openai() { image openai; wheels image_openai /venv openai tiktoken huggingface_hub; }
image_julia() { image julia; inside image_julia sh -c 'apt-get -qq update && apt-get -qq install julia >/dev/null'; }

# Debian 12 with its languages, and the wheels of one workload.
other() {
  languages
  layer languages "$1"
}
litestar() { other litestar; wheels litestar /nv litestar uvicorn; }
scrapy() { other scrapy; wheels scrapy /nv scrapy; }
dash() { other dash; wheels dash /nv dash; }
airflow() { other airflow; wheels airflow /av apache-airflow==2.10.5 'sqlalchemy<2' 'connexion<3' flask-appbuilder==4.5.2 'pendulum<4' 'marshmallow<4' 'flask-session<0.6' 'werkzeug<3' 'flask<2.3'; }
bentoml() { other bentoml; wheels bentoml /bv bentoml; }
prefect() { other prefect; wheels prefect /pv prefect; }
onnx() { other onnx; wheels onnx /ov onnxruntime onnx numpy; }
langchain() { other langchain; wheels langchain /lv langchain-community rank_bm25; }
chromadb() { other chromadb; wheels chromadb /hv chromadb; }
sanic() { other sanic; wheels sanic /sv sanic; }
mlflow() { other mlflow; wheels mlflow /fv mlflow; }
gradio() { other gradio; wheels gradio /fv gradio; }
dagster() { other dagster; wheels dagster /fv dagster dagster-webserver; }
panel() { other panel; wheels panel /xv panel bokeh; }
xgboost() { other xgboost; wheels xgboost /xv xgboost-cpu scikit-learn pandas; }
spacy() { other spacy; wheels spacy /xv spacy; }
s6() { other s6; wheels s6 /venv flask==2.3.2 Werkzeug==2.3.3 gunicorn==20.1.0 gevent==22.10.2 'setuptools<66' 'zope.event<5' 'zope.interface<6'; }
texts() { other texts; }
nodes() {
  other nodes
  mkdir -p "$folder/nodes/apps"
  cp -r "$here/venv/." "$folder/nodes/apps/"
  modules nodes /apps/nest @nestjs/core@10 @nestjs/common@10 @nestjs/platform-express@10 reflect-metadata rxjs
  modules nodes /apps/koa koa @koa/router @koa/bodyparser pg ioredis pino zod
  modules nodes /apps/graph @apollo/server@4 graphql@16
  modules nodes /apps/site fastify@4.17.0 @fastify/static@6.10.1 nanoid@4 marked@5.0.0 zod@3.21.4
}
# The wheels for CUDA, 2 to 4 GB each.
torch() { bookworm; layer bookworm torch; wheels torch /tv torch==2.0.1 torchvision==0.15.2 'numpy<2'; }
cuda() {
  bookworm
  layer bookworm cuda
  wheels cuda /cv 'numpy<2' cupy-cuda12x onnxruntime-gpu ctranslate2 nvidia-cudnn-cu12 nvidia-cublas-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvrtc-cu12 nvidia-cufft-cu12 nvidia-curand-cu12 nvidia-cusolver-cu12 nvidia-cusparse-cu12
}
torchvision() { bookworm; layer bookworm torchvision; inside torchvision sh -c 'apt-get -qq update && apt-get -qq install --no-install-recommends python3-torchvision >/dev/null'; }
ray() { other ray; wheels ray /xv 'ray[default]'; ln -sfn xv "$folder/ray/fv"; }
tensorflow() { other tensorflow; wheels tensorflow /xv tensorflow-cpu; }
pyspark() { other pyspark; wheels pyspark /xv pyspark==3.5.3 pandas pyarrow numpy; }
duckdb() { other duckdb; wheels duckdb /xv duckdb polars pandas pyarrow; }
pytriton() {
  other pytriton
  wheels pytriton /xv numpy pyzmq sh tritonclient gevent geventhttpclient grpcio protobuf typing_inspect wrapt
  inside pytriton /xv/bin/pip install -q --no-deps nvidia-pytriton
}
# One root for two servers, each with an environment of its own.
servers() {
  other servers
  wheels servers /tb tensorboard
  wheels servers /jl jupyterlab ipywidgets
}
musl() {
  other musl
  mkdir -p "$folder/musl/apps/musl" "$folder/musl/tmp/native"
  cp "$here/venv/native/"*.c "$folder/musl/tmp/native/"
  inside musl sh -c 'cd /tmp/native && musl-gcc -shared -fPIC -o /apps/musl/libmusl-shade.so musl-shade.c && musl-gcc -shared -fPIC -o /apps/musl/libmusl-late.so musl-late.c && musl-gcc -o /apps/names-musl musl-names.c -L/apps/musl -lmusl-shade -Wl,-rpath,"\$ORIGIN/musl"'
}

failed=0
for name in "$@"; do
  [ -e "$folder/.layers/$name.made" ] && layer_of=$(cat "$folder/.layers/$name.made") && layer "$layer_of" "$name" && continue
  # Not as a condition, under which a shell goes on after what fails.
  set +e
  (set -e; "$name")
  status=$?
  set -e
  if [ $status = 0 ]; then
    findmnt -no OPTIONS "$folder/$name" | sed -n "s|.*lowerdir=$folder/\([a-z]*\).*|\1|p" >"$folder/.layers/$name.made"
    echo "made $name"
  else
    echo "not made: $name" >&2
    failed=1
  fi
done
exit $failed
