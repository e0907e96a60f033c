"""Runs first in a workload (PYTHONPATH): tells on SIGUSR1, on SIGUSR2 and at the end which modules and libraries are loaded, and imports nothing for it."""
import sys, _signal, atexit, builtins
from posix import environ, getpid
def _dump(kind):
    o = environ.get(b'TRUTH_OUT')
    if not o: return
    with builtins.open(o.decode() + '.' + kind + '.' + str(getpid()), 'w') as f:
        for n, m in list(sys.modules.items()):
            p = getattr(m, '__file__', None) if not n.startswith('_pytest') else None
            try:
                if isinstance(p, str): f.write(p + '\n')
            except Exception: pass
        with builtins.open('/proc/self/maps') as g:
            for l in g:
                if '/' in l: f.write('M' + l[l.index('/'):])
_signal.signal(_signal.SIGUSR1, lambda *a: _dump('start'))
_signal.signal(_signal.SIGUSR2, lambda *a: _dump('after'))
atexit.register(_dump, 'exit')
