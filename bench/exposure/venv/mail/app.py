from celery import Celery

app = Celery("mail")
app.config_from_object("mail.settings")
app.autodiscover_tasks(["mail"])
