import { describe, expect, it } from 'vitest';
import { exposed, program, reachedOf } from '../../../test/exposure.ts';

const SITE = 'usr/local/lib/python3.11/site-packages';
const files = {
  'usr/local/bin/python3.11': program(),
  'usr/local/lib/python3.11/os.py': '',
  'usr/local/lib/python3.11/site.py': '',
  [`${SITE}/jupyter_server/__init__.py`]: '',
  [`${SITE}/jupyter_server/__main__.py`]: 'from . import serverapp\n',
  [`${SITE}/jupyter_server/serverapp.py`]: 'x = 1\n',
  [`${SITE}/terminals/__init__.py`]: 'from .app import App\n',
  [`${SITE}/terminals/app.py`]: 'import pty\n',
  [`${SITE}/late/__init__.py`]: 'def _load_jupyter_server_extension(app):\n    from . import handlers\n',
  [`${SITE}/late/handlers.py`]: 'x = 1\n',
  'usr/local/lib/python3.11/pty.py': '',
};
const enabled = (extensions: object): string => JSON.stringify({ ServerApp: { jpserver_extensions: extensions } });
const jupyter = { Cmd: ['python3.11', '-m', 'jupyter_server'], WorkingDir: '/srv' };

describe('what configuration files bring into a program', () => {
  it("are the extensions of Jupyter's server that are switched on, with what they import, and no others", async () => {
    const folder = 'usr/local/etc/jupyter/jupyter_server_config.d';
    const picture = await exposed(
      {
        ...files,
        [`${folder}/terminals.json`]: enabled({ terminals: true, gone: true }),
        'root/.jupyter/jupyter_server_config.json': enabled({ late: true }),
      },
      jupyter,
    );
    expect(reachedOf(picture, /terminals|pty|late/)).toEqual([
      'usr/local/lib/python3.11/pty.py: loaded',
      `${SITE}/late/__init__.py: loaded`,
      `${SITE}/late/handlers.py: loaded`,
      `${SITE}/terminals/__init__.py: loaded`,
      `${SITE}/terminals/app.py: loaded`,
    ]);
    const off = { ...files, [`${folder}/terminals.json`]: enabled({ terminals: false, late: 'true' }) };
    expect(reachedOf(await exposed(off, jupyter), /terminals|pty|late/)).toEqual([]);
  });

  it.each(['', '{', '[]', 'null', '{"ServerApp": 1}', '{"ServerApp": {"jpserver_extensions": [true]}}'])(
    'are none where the file is damaged: %j',
    async (text) => {
      const made = { ...files, 'etc/jupyter/jupyter_server_config.json': text };
      expect(reachedOf(await exposed(made, jupyter), /terminals|late/)).toEqual([]);
    },
  );

  it('beyond a thousand make unknown what is not reached, whether in one file or in many', async () => {
    const names = Array.from({ length: 1_001 }, (_, at) => `m${at}`);
    const folder = 'etc/jupyter/jupyter_server_config.d';
    const sample = {
      'etc/jupyter/jupyter_server_config.json': enabled(Object.fromEntries(names.map((name) => [name, true]))),
    };
    const many = Object.fromEntries(names.map((name) => [`${folder}/${name}.json`, enabled({})]));
    for (const more of [sample, many]) {
      const { start } = await exposed({ ...files, ...more }, jupyter);
      expect(start.notes.join()).toContain('more extensions of jupyter_server.serverapp are switched on');
    }
    expect((await exposed(files, jupyter)).start.notes.join()).not.toContain('switched on');
  });

  it("are found where the environment says, and the server's own settings are run", async () => {
    const made = {
      ...files,
      'conf/jupyter_server_config.d/a.json': enabled({ terminals: true }),
      'conf/jupyter_server_config.py': 'import late\n',
    };
    const run = { ...jupyter, Env: ['JUPYTER_CONFIG_DIR=/conf'] };
    expect(reachedOf(await exposed(made, run), /terminals.app|conf\/|late.__init/)).toEqual([
      'conf/jupyter_server_config.py: loaded',
      `${SITE}/late/__init__.py: loaded`,
      `${SITE}/terminals/app.py: loaded`,
    ]);
  });

  it("are gunicorn's settings in the folder it runs in, and what IPython runs at each start", async () => {
    const made = {
      ...files,
      [`${SITE}/gunicorn/__init__.py`]: '',
      [`${SITE}/gunicorn/__main__.py`]: 'import gunicorn.app.base\nimport IPython.core.shellapp\n',
      [`${SITE}/gunicorn/app/__init__.py`]: '',
      [`${SITE}/gunicorn/app/base.py`]: 'x = 1\n',
      [`${SITE}/IPython/__init__.py`]: '',
      [`${SITE}/IPython/core/__init__.py`]: '',
      [`${SITE}/IPython/core/shellapp.py`]: 'x = 1\n',
      'srv/gunicorn.conf.py': 'import terminals\n',
      'root/.ipython/profile_default/startup/00-first.py': 'import late\n',
      'root/.ipython/profile_default/startup/README': '',
    };
    const run = { Cmd: ['python3.11', '-m', 'gunicorn'], WorkingDir: '/srv' };
    expect(reachedOf(await exposed(made, run), /srv|startup|__init__/)).toEqual(
      expect.arrayContaining([
        'root/.ipython/profile_default/startup/00-first.py: loaded',
        'srv/gunicorn.conf.py: loaded',
        `${SITE}/late/__init__.py: loaded`,
        `${SITE}/terminals/__init__.py: loaded`,
      ]),
    );
  });

  it('are the functions that the description of an interface names, where a program serves one', async () => {
    // As airflow/api_connexion/openapi/v1.yaml and airflow/config_templates/config.yml have it.
    const api = {
      ...files,
      'srv/app.py': 'import connexion\nimport airflow.configuration\n',
      [`${SITE}/connexion/__init__.py`]: '',
      [`${SITE}/airflow/__init__.py`]: '',
      [`${SITE}/airflow/configuration.py`]: '',
      [`${SITE}/airflow/config_templates/config.yml`]:
        'logging:\n  options:\n    colored_formatter_class:\n      default: "airflow.log.colored.CustomTTYColoredFormatter"\n',
      [`${SITE}/airflow/log/__init__.py`]: '',
      [`${SITE}/airflow/log/colored.py`]: 'import pty\n',
      [`${SITE}/airflow/api/__init__.py`]: '',
      [`${SITE}/airflow/api/dags.py`]: '',
      [`${SITE}/airflow/api/unnamed.py`]: '',
      [`${SITE}/airflow/api/openapi/v1.yaml`]:
        'paths:\n  /dags:\n    x-openapi-router-controller: airflow.api.dags\n    get: {operationId: airflow.api.dags.get_dags}\n    example: see airflow/api/unnamed.py\n',
    };
    const picture = await exposed(api, { Cmd: ['python3.11', '/srv/app.py'] });
    expect(reachedOf(picture, /airflow\/(?:api|log)|pty/)).toEqual([
      'usr/local/lib/python3.11/pty.py: importable',
      `${SITE}/airflow/api/__init__.py: importable`,
      `${SITE}/airflow/api/dags.py: importable`,
      `${SITE}/airflow/log/__init__.py: importable`,
      `${SITE}/airflow/log/colored.py: importable`,
    ]);
    const without = await exposed({ ...api, 'srv/app.py': 'import airflow\n' }, { Cmd: ['python3.11', '/srv/app.py'] });
    expect(reachedOf(without, /airflow\/(?:api|log)/)).toEqual([]);
  });
});
