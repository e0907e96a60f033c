import { expect, it } from 'vitest';
import { typeNamed } from './index.ts';

const installs = (type: string, command: string): boolean => typeNamed(type).installs?.test(command) === true;

it.each([
  [
    'pypi',
    [
      'RUN pip install --no-cache-dir -r requirements.txt',
      'python -m pip3.9 install x',
      'uv sync --frozen',
      'poetry install',
      'conda install numpy',
    ],
  ],
  ['conda', ['mamba env create -f environment.yml', '/opt/conda/bin/conda install -y openssl']],
  ['deb', ['apt-get update && apt-get install -y --no-install-recommends curl', 'apt upgrade', 'dpkg -i /tmp/x.deb']],
  ['apk', ['apk add --no-cache openssl', 'apk -U upgrade']],
  ['rpm', ['dnf -y install httpd', 'microdnf update', 'zypper --non-interactive install x', 'rpm -Uvh x.rpm']],
  ['npm', ['npm ci', 'npm i -g yarn', 'yarn add lodash', 'pnpm install']],
  ['gem', ['gem install rails', 'bundle install']],
] as const)('commands that install packages of %s are known', (type, commands) => {
  expect(commands.filter((command) => !installs(type, command))).toEqual([]);
});

it.each([
  ['pypi', ['pip check', 'pip list; apt-get install x', 'echo pipeline && make install']],
  ['deb', ['apt-get update', 'apt-cache search install', 'apt-get update; make install']],
  ['apk', ['apk update', 'cp app.apk /add']],
  ['npm', ['npm test', 'npm run build && make install']],
  ['swift', ['swift package resolve']],
] as const)('and others are not taken for such of %s', (type, commands) => {
  expect(commands.filter((command) => installs(type, command))).toEqual([]);
});
