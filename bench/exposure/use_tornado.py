import tornado.ioloop, tornado.web, os
class H(tornado.web.RequestHandler):
    def get(self): self.write("hi")
tornado.web.Application([("/", H)]).listen(int(os.environ["PORT"]), address="127.0.0.1"); tornado.ioloop.IOLoop.current().start()
