import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

client = boto3.client("s3", endpoint_url="http://127.0.0.1:1", aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1", config=Config(retries={"max_attempts": 0}))
try:
    client.list_buckets()
except (BotoCoreError, ClientError) as error:
    print(type(error))
