require('reflect-metadata');
const { Controller, Get, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');

class Hello {
  say() {
    return { hello: 'world' };
  }
}
Controller()(Hello);
Get()(Hello.prototype, 'say', Object.getOwnPropertyDescriptor(Hello.prototype, 'say'));
class Application {}
Module({ controllers: [Hello] })(Application);

NestFactory.create(Application).then((application) => application.listen(process.env.PORT, '127.0.0.1'));
