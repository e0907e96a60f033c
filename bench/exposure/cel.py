from celery import Celery
app=Celery("cel",broker="memory://")
