const express = require('express');
const app = express();
app.use(express.json());
app.get('/', (_, answer) => answer.send('here'));
app.listen(Number(process.env.PORT));
