import { execa } from 'execa';
import { greeting } from './greeting.js';

const { default: fetch } = await import('node-fetch');
console.log(greeting, (await execa('/usr/bin/env', ['true'])).exitCode);
await fetch('http://127.0.0.1:1/').catch(() => undefined);
