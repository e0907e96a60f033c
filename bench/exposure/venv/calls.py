import os
from concurrent import futures

import grpc


class Echo(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(lambda request, _: request)


def serve():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    server.add_generic_rpc_handlers((Echo(),))
    server.add_insecure_port("127.0.0.1:" + os.environ["PORT"])
    server.start()
    with grpc.insecure_channel("127.0.0.1:" + os.environ["PORT"]) as channel:
        print(channel.unary_unary("/a/b")(b"line"))
    server.stop(0)


serve()
