broker_url = "redis://127.0.0.1:6399/0"
result_backend = "redis://127.0.0.1:6399/1"
task_serializer = "json"
broker_connection_retry_on_startup = True
