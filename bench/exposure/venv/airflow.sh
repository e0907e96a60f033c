#!/bin/bash
# As the entry points of Airflow's images do it: the database first.
export AIRFLOW_HOME=/tmp/airflow AIRFLOW__CORE__LOAD_EXAMPLES=False PATH=/av/bin:$PATH
airflow db migrate
exec airflow webserver --port "$PORT" --workers 1
