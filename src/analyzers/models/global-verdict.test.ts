import { describe, expect, it } from 'vitest';
import { judgeGlobal } from './global-verdict.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);
const told = (module: string, name: string): string => {
  const verdict = judgeGlobal(module, name);
  return verdict.verdict === 'dangerous' ? `${verdict.severity} ${verdict.why}` : verdict.verdict;
};

// Written out once more on purpose: what is taken out of a list has to make one of these fail, and nothing else need notice it.

describe('an attribute that leads out of its object', () => {
  it.each(
    words(`
      __builtins__ __globals__ __class__ __bases__ __base__ __mro__ __subclasses__ __getattribute__ __getattr__ __setattr__ __dict__
      __code__ __closure__ __import__ __loader__ __spec__ __call__ __func__ __self__ __wrapped__ __init__ __reduce__ __reduce_ex__
      __init_subclass__ __set_name__ __get__ __set__ f_globals f_builtins gi_frame func_globals tb_frame
    `),
  )('%s is critical, alone and on the way to anything', (attribute) => {
    const why = `CRITICAL reaches out of the module through ${attribute}`;
    expect(told('acme.data', attribute)).toBe(why);
    expect(told('acme.data', `Table.${attribute}.copy`)).toBe(why);
    expect(told(`numpy.${attribute}`, 'copy')).toBe(why);
  });

  it('is none where it merely looks like one', () => {
    expect(told('acme.data', 'builtins_table')).toBe('unknown');
    expect(told('acme.data', '__version__')).toBe('unknown');
  });
});

describe('a module that another one imports', () => {
  it.each(
    words(`
      os sys subprocess builtins importlib shutil socket pickle ctypes runpy pty code pdb marshal multiprocessing asyncio tempfile urllib
      requests webbrowser platform inspect gc cloudpickle dill operator functools types
    `),
  )('%s is handed out by it', (name) => expect(told('acme.data', name)).toBe(`HIGH hands out the module ${name}`));
});

describe('a function that is called as those that run, load or fetch', () => {
  it.each(
    words(`
      system popen Popen exec eval execfile check_output check_call getoutput getstatusoutput spawn fork_exec run_code runcode runsource
      run_path run_module exec_module load_module import_module _run_entry_point run_command exec_command execute_command
      call_subprocess shell run_shell run_cmd exec_cmd load_library import_file runstring exec_wrapper execWrapper urlretrieve urlopen
      rmtree getattr attrgetter methodcaller safe_eval deserialize deserialize_keras_object deserialize_node load_model
      load_state_dict_from_url download_url_to_file download_url cached_download hf_hub_download snapshot_download get_file
      model_from_json model_from_config literal_exec run_subprocess create_subprocess_exec create_subprocess_shell
    `),
  )('%s, whoever has it', (name) => {
    expect(told('acme.data', name)).toBe('HIGH has the name of a function that runs code');
    expect(told('acme.data', `Tool.${name}`)).toMatch(/^HIGH /);
  });
});

describe('what scanners were passed with', () => {
  // https://github.com/mmaitre314/picklescan/security/advisories and the issues of modelscan.
  it.each([
    ['numpy.__builtins__', 'copy', 'CRITICAL'],
    ['torch.utils.collect_env', 'run', 'CRITICAL'],
    ['torch.utils.collect_env', 'anything', 'CRITICAL'],
    ['mlflow.projects.backend.local', '_run_entry_point', 'CRITICAL'],
  ])('%s.%s is %s', (module, name, severity) => expect(told(module, name)).toContain(severity));
});
