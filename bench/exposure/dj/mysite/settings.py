SECRET_KEY="x"; DEBUG=True; ROOT_URLCONF="mysite.urls"; ALLOWED_HOSTS=["*"]
INSTALLED_APPS=["django.contrib.admin","django.contrib.auth","django.contrib.contenttypes","django.contrib.sessions","django.contrib.messages"]
MIDDLEWARE=["django.middleware.common.CommonMiddleware","django.contrib.sessions.middleware.SessionMiddleware","django.contrib.auth.middleware.AuthenticationMiddleware","django.contrib.messages.middleware.MessageMiddleware"]
DATABASES={"default":{"ENGINE":"django.db.backends.sqlite3","NAME":":memory:"}}
TEMPLATES=[{"BACKEND":"django.template.backends.django.DjangoTemplates","APP_DIRS":True,"OPTIONS":{"context_processors":["django.contrib.auth.context_processors.auth","django.contrib.messages.context_processors.messages","django.template.context_processors.request"]}}]
