import smtplib

from celery import shared_task


@shared_task
def send(to):
    return smtplib.SMTP and to
