const { chunk } = require('lodash');
const axios = require('axios');
const { WebSocketServer } = require('ws');
require('pino')().info(chunk([1, 2], 1));
new WebSocketServer({ noServer: true });
axios.get('http://127.0.0.1:1/').catch(() => process.exit());
